package main

import (
	"context"
	"fmt"

	"typescript-sdk/internal/dagger"
)

// bundledTypescript is the version that the SDK brings: a module asking for exactly this one need not download it.
const bundledTypescript = "5.9.3"

// cacheDirectories are where the package managers keep what they downloaded.
var cacheDirectories = map[string]string{
	"npm": "/root/.npm", "yarn": "/root/.cache/yarn", "pnpm": "/root/.pnpm-store", "bun": "/root/.bun/install/cache",
}

var installCommands = map[string][]string{
	"npm":  {"npm", "install", "--omit=dev"},
	"yarn": {"yarn", "install", "--prod"},
	"pnpm": {"pnpm", "install", "--shamefully-hoist=true", "--prod"},
	"bun":  {"bun", "install", "--no-verify", "--omit=dev", "--omit=peer", "--omit=optional"},
}

var lockCommands = map[string][]string{
	"npm":  {"npm", "install", "--package-lock-only"},
	"yarn": {"yarn", "install", "--mode", "update-lockfile"},
	"pnpm": {"pnpm", "install", "--lockfile-only"},
	"bun":  {"bun", "install", "--lockfile-only"},
}

// prepared is the container with package.json and a package manager of the version asked for, and nothing else.
func (sdk *TypescriptSdk) prepared(mod *module) (*dagger.Container, error) {
	packageJSON, err := mod.packageFile()
	if err != nil {
		return nil, err
	}
	manager := mod.manager
	volume := dag.CacheVolume(fmt.Sprintf("slipway-sdk-%s-%s", manager.name, mod.runtime.version))
	container := sdk.started(mod).
		WithFile("package.json", packageJSON).
		WithMountedCache(cacheDirectories[manager.name], volume)
	switch {
	case manager.name == "npm" && (mod.image() != "" || manager.version != "10.9.0"):
		ensure := `npm -v | grep -qxF -- "$0" || npm install -g "npm@$0"`
		container = container.WithExec([]string{"sh", "-c", ensure, manager.version})
	case manager.name == "pnpm":
		container = container.WithExec([]string{"npm", "install", "-g", "pnpm@" + manager.version})
	}
	return container, nil
}

// withLock adds the lock file and the package manager's settings, the only files there are at the time of the install.
func withLock(container *dagger.Container, mod *module) *dagger.Container {
	settings := ".npmrc"
	if mod.manager.name == "bun" {
		settings = "bunfig.toml"
	}
	return container.WithDirectory(".", mod.source, dagger.ContainerWithDirectoryOpts{
		Include: []string{mod.manager.lock, settings},
	})
}

// installed is the container with the module's dependencies, made before the source is there.
func (sdk *TypescriptSdk) installed(ctx context.Context, mod *module) (*dagger.Container, error) {
	container, err := sdk.prepared(mod)
	if err != nil {
		return nil, err
	}
	if mod.config.Dependencies["typescript"] == bundledTypescript {
		container = container.WithMountedDirectory("node_modules/typescript", sdk.SDKSourceDir.Directory("typescript-library"))
		if len(mod.config.Dependencies) == 1 {
			return container.Sync(ctx)
		}
	}
	return withLock(container, mod).WithExec(installCommands[mod.manager.name]).Sync(ctx)
}

// lockFile is the module's lock file brought up to date, nothing being installed.
func (sdk *TypescriptSdk) lockFile(ctx context.Context, mod *module) (*dagger.File, error) {
	container, err := sdk.prepared(mod)
	if err != nil {
		return nil, err
	}
	return withLock(container, mod).WithExec(lockCommands[mod.manager.name]).File(mod.manager.lock).Sync(ctx)
}
