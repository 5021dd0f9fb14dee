package main

import (
	"context"
	_ "embed"

	"typescript-sdk/internal/dagger"
)

//go:embed files/tsconfig.json
var defaultTsconfig string

const libraryName = "@dagger.io/dagger"

// tsconfig is the module's own tsconfig.json, or a default, that resolves the SDK and allows decorators.
func (mod *module) tsconfig(ctx context.Context) (*dagger.File, error) {
	content := defaultTsconfig
	if mod.has("tsconfig.json") {
		var err error
		if content, err = mod.source.File("tsconfig.json").Contents(ctx); err != nil {
			return nil, unreadable("tsconfig.json", err)
		}
	}
	updated, err := editJSON("tsconfig.json", content,
		set([]string{"./sdk/index.ts"}, "compilerOptions", "paths", libraryName),
		set([]string{"./sdk/telemetry.ts"}, "compilerOptions", "paths", libraryName+"/telemetry"),
		set(true, "compilerOptions", "experimentalDecorators"),
	)
	if err != nil {
		return nil, err
	}
	return dag.File("tsconfig.json", updated), nil
}

// packageFile is package.json as an ES module that depends on typescript; the SDK comes from node_modules, not from it.
func (mod *module) packageFile() (*dagger.File, error) {
	content := mod.raw
	if content == "" {
		content = "{}"
	}
	updated, err := editJSON("package.json", content,
		set("module", "type"),
		setIfMissing(bundledTypescript, "dependencies", "typescript"),
		remove("dependencies", libraryName),
		remove("devDependencies", libraryName),
	)
	if err != nil {
		return nil, err
	}
	return dag.File("package.json", updated), nil
}
