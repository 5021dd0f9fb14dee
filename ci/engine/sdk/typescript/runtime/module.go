package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"typescript-sdk/internal/dagger"
)

const (
	sourceRoot  = "/src"
	libraryPath = "node_modules/@dagger.io/dagger"
	entryName   = "__dagger.entrypoint.ts"
)

// configFiles are what dependencies are installed from; the source is mounted without them.
var configFiles = []string{
	"package.json", "tsconfig.json",
	"pnpm-workspace.yaml", ".yarnrc.yml",
	"package-lock.json", "yarn.lock", "pnpm-lock.yaml",
	"bun.lockb", "bun.lock", "bunfig.toml",
	"deno.json", "deno.lock",
}

// module is what is known of the user's module before anything of it runs.
type module struct {
	name    string
	subpath string
	debug   bool
	source  *dagger.Directory
	files   []string
	config  packageConfig
	raw     string
	runtime runtime
	manager manager
}

// packageConfig is the part of package.json that steers the runtime.
type packageConfig struct {
	PackageManager string            `json:"packageManager"`
	Dependencies   map[string]string `json:"dependencies"`
	Dagger         struct {
		BaseImage string `json:"baseImage"`
		Runtime   string `json:"runtime"`
	} `json:"dagger"`
}

func readModule(ctx context.Context, modSource *dagger.ModuleSource) (*module, error) {
	mod := &module{source: dag.Directory()}
	var err error
	if mod.name, err = modSource.ModuleOriginalName(ctx); err != nil {
		return nil, unreadable("name", err)
	}
	if mod.subpath, err = modSource.SourceSubpath(ctx); err != nil {
		return nil, unreadable("source path", err)
	}
	if mod.debug, err = modSource.SDK().Debug(ctx); err != nil {
		return nil, unreadable("sdk", err)
	}
	// At `dagger init` the source directory does not exist yet.
	source := modSource.ContextDirectory().Directory(mod.subpath)
	if _, missing := source.Sync(ctx); missing == nil {
		mod.source = source
	}
	filtered := dag.Directory().WithDirectory(".", mod.source, dagger.DirectoryWithDirectoryOpts{Include: configFiles})
	if mod.files, err = filtered.Entries(ctx); err != nil {
		return nil, unreadable("source files", err)
	}
	if mod.has("package.json") {
		if mod.raw, err = mod.source.File("package.json").Contents(ctx); err != nil {
			return nil, unreadable("package.json", err)
		}
		if err := json.Unmarshal(plainJSON(mod.raw), &mod.config); err != nil {
			return nil, fmt.Errorf("PACKAGE_JSON_INVALID: %w. Mend package.json so that `npm pkg get` reads it", err)
		}
	}
	if mod.runtime, err = mod.detectRuntime(); err != nil {
		return nil, err
	}
	mod.manager, err = mod.detectManager()
	return mod, err
}

func unreadable(what string, err error) error {
	return fmt.Errorf("MODULE_UNREADABLE: the module's %s cannot be read: %w", what, err)
}

func (mod *module) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(mod.files, name) })
}

// path is the module's root in the container: the source directory alone, below /src.
func (mod *module) path() string { return path.Join(sourceRoot, mod.subpath) }

func (mod *module) entry() string { return path.Join(mod.path(), "src", entryName) }

// code is the source without what was installed or generated before it came.
func (mod *module) code() *dagger.Directory {
	return dag.Directory().WithDirectory("/", mod.source, dagger.DirectoryWithDirectoryOpts{
		Exclude: append(slices.Clone(configFiles), "sdk", "node_modules"),
	})
}

// command starts the entry file. Its paths are absolute: the engine calls it in another directory.
func (mod *module) command() []string {
	if mod.runtime.name == "bun" {
		return []string{"bun", "run", mod.entry()}
	}
	return []string{"tsx", "--no-deprecation", "--tsconfig", path.Join(mod.path(), "tsconfig.json"), mod.entry()}
}

// className is the main class that the first source declares for a module of this name.
func className(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-_. ", r) })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
