package main

import (
	_ "embed"
	"path"
	"strings"
	"sync"

	"typescript-sdk/internal/dagger"
)

var (
	//go:embed files/index.ts
	indexSource string
	//go:embed files/telemetry.ts
	telemetrySource string
	//go:embed files/core.d.ts
	coreTypes string
	//go:embed files/entry.ts
	entrySource string
	//go:embed files/first.ts
	firstTemplate string
)

// bindings is client.gen.ts, generated from the schema that the module sees.
func (sdk *TypescriptSdk) bindings(mod *module, schema *dagger.File) *dagger.File {
	return sdk.base().
		WithWorkdir(mod.path()).
		WithMountedFile("/schema.json", schema).
		WithExec([]string{
			"/codegen", "generate-module", "--lang", "typescript", "--bundle",
			"--output", sourceRoot,
			"--module-name", mod.name,
			"--module-source-path", mod.path(),
			"--introspection-json-path", "/schema.json",
		}).
		File(path.Join(mod.path(), "sdk/src/api/client.gen.ts"))
}

// library is the generated SDK: the static part in one file, core.js, and the bindings.
func (sdk *TypescriptSdk) library(bindings *dagger.File) *dagger.Directory {
	return sdk.SDKSourceDir.Directory("bundled_lib").
		WithNewFile("index.ts", indexSource).
		WithNewFile("telemetry.ts", telemetrySource).
		WithFile("client.gen.ts", bindings)
}

// typesOnlyLibrary is the SDK as far as the compiler needs it to read a module's types.
func (sdk *TypescriptSdk) typesOnlyLibrary(bindings *dagger.File) *dagger.Directory {
	return dag.Directory().
		WithNewFile("index.ts", indexSource).
		WithNewFile("telemetry.ts", telemetrySource).
		WithNewFile("core.d.ts", coreTypes).
		WithFile("client.gen.ts", bindings)
}

func firstSource(name string) string {
	return strings.ReplaceAll(firstTemplate, "ModuleName", className(name))
}

// both runs two steps side by side and returns both results, or the first error.
func both[A, B any](first func() (A, error), second func() (B, error)) (A, B, error) {
	var a A
	var b B
	var failedA, failedB error
	var wait sync.WaitGroup
	wait.Add(1)
	go func() {
		defer wait.Done()
		b, failedB = second()
	}()
	a, failedA = first()
	wait.Wait()
	if failedA != nil {
		return a, b, failedA
	}
	return a, b, failedB
}
