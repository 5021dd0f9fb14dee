// The TypeScript SDK of the engine from packages: it behaves as the official runtime of v0.19.10.
package main

import (
	"context"
	"fmt"

	"typescript-sdk/internal/dagger"
)

// TypescriptSdk answers what the engine asks of an SDK: type definitions, a runtime container, generated code.
type TypescriptSdk struct {
	SDKSourceDir *dagger.Directory
}

// New receives the SDK's own root filesystem from the engine.
func New(
	// +optional
	sdkSourceDir *dagger.Directory,
) *TypescriptSdk {
	return &TypescriptSdk{SDKSourceDir: sdkSourceDir}
}

// ModuleTypes returns a container that reads the type definitions from SOURCE/src alone, without running it.
func (sdk *TypescriptSdk) ModuleTypes(
	ctx context.Context,
	modSource *dagger.ModuleSource,
	introspectionJSON *dagger.File,
	outputFilePath string,
) (*dagger.Container, error) {
	mod, err := readModule(ctx, modSource)
	if err != nil {
		return nil, err
	}
	library := sdk.typesOnlyLibrary(sdk.bindings(mod, introspectionJSON))
	return sdk.base().
		WithWorkdir(sourceRoot).
		WithMountedDirectory("src", mod.source.Directory("src")).
		WithMountedDirectory(libraryPath, library).
		WithMountedDirectory("sdk", library).
		WithEnvVariable("TYPEDEF_OUTPUT_FILE", outputFilePath).
		WithEntrypoint([]string{"bun", "/introspector/index.js", mod.name, "src", "sdk/client.gen.ts"}), nil
}

// ModuleRuntime returns the container in which the engine calls the module's functions.
func (sdk *TypescriptSdk) ModuleRuntime(
	ctx context.Context,
	modSource *dagger.ModuleSource,
	introspectionJSON *dagger.File,
) (*dagger.Container, error) {
	mod, err := readModule(ctx, modSource)
	if err != nil {
		return nil, err
	}
	tsconfig, err := mod.tsconfig(ctx)
	if err != nil {
		return nil, err
	}
	installed, library, err := both(
		func() (*dagger.Container, error) { return sdk.installed(ctx, mod) },
		func() (*dagger.Directory, error) {
			return sdk.library(sdk.bindings(mod, introspectionJSON)).Sync(ctx)
		},
	)
	if err != nil {
		return nil, err
	}
	container := installed.
		WithMountedDirectory("sdk", library).
		WithMountedDirectory(libraryPath, library).
		WithMountedFile("tsconfig.json", tsconfig).
		WithDirectory(".", mod.code()).
		WithMountedFile(mod.entry(), dag.File("entry.ts", entrySource)).
		WithEntrypoint(mod.command())
	if mod.debug {
		container = container.Terminal()
	}
	return container, nil
}

// Codegen returns what `dagger init` and `dagger develop` write: configuration, lock file, sdk/ and a first source.
func (sdk *TypescriptSdk) Codegen(
	ctx context.Context,
	modSource *dagger.ModuleSource,
	introspectionJSON *dagger.File,
) (*dagger.GeneratedCode, error) {
	mod, err := readModule(ctx, modSource)
	if err != nil {
		return nil, err
	}
	tsconfig, err := mod.tsconfig(ctx)
	if err != nil {
		return nil, err
	}
	packageJSON, err := mod.packageFile()
	if err != nil {
		return nil, err
	}
	lock, library, err := both(
		func() (*dagger.File, error) { return sdk.lockFile(ctx, mod) },
		func() (*dagger.Directory, error) {
			return sdk.library(sdk.bindings(mod, introspectionJSON)).Sync(ctx)
		},
	)
	if err != nil {
		return nil, err
	}
	files := dag.Directory().
		WithFile("package.json", packageJSON).
		WithFile("tsconfig.json", tsconfig).
		WithFile(mod.manager.lock, lock).
		WithDirectory("sdk", library).
		WithDirectory(".", mod.code())
	sources, err := mod.source.Glob(ctx, "src/**/*.ts")
	if err != nil {
		return nil, fmt.Errorf("MODULE_UNREADABLE: the files below src cannot be listed: %w", err)
	}
	if len(sources) == 0 {
		files = files.WithNewFile("src/index.ts", firstSource(mod.name))
	}
	return dag.GeneratedCode(dag.Directory().WithDirectory(mod.subpath, files)).
		WithVCSGeneratedPaths([]string{"sdk/**"}).
		WithVCSIgnoredPaths([]string{"sdk", "**/node_modules/**", "**/.pnpm-store/**"}), nil
}
