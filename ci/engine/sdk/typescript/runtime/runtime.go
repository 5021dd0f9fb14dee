package main

import (
	"fmt"
	"strings"

	"typescript-sdk/internal/dagger"
)

// runtime says what runs the module. Without a version it is the one shipped with the SDK.
type runtime struct{ name, version string }

// manager says what installs the module's dependencies.
type manager struct {
	name, version, lock string
}

var lockFiles = map[string]string{
	"npm": "package-lock.json", "yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml", "bun": "bun.lock",
}

// detectRuntime reads "dagger": {"runtime"} of package.json; without it the lock files tell.
func (mod *module) detectRuntime() (runtime, error) {
	if asked := mod.config.Dagger.Runtime; asked != "" {
		name, version, _ := strings.Cut(asked, "@")
		if name != "bun" && name != "node" {
			return runtime{}, fmt.Errorf("RUNTIME_UNSUPPORTED: unsupported runtime %q. Set dagger.runtime in package.json to \"node\" or \"bun\"", name)
		}
		return runtime{name, version}, nil
	}
	switch {
	case mod.has("bun.lockb", "bun.lock"):
		return runtime{name: "bun"}, nil
	case mod.has("package-lock.json", "yarn.lock", "pnpm-lock.yaml"):
		return runtime{name: "node"}, nil
	case mod.has("deno.json", "deno.lock"):
		return runtime{}, fmt.Errorf("RUNTIME_UNSUPPORTED: this engine has no Deno. Set \"dagger\": {\"runtime\": \"bun\"} or \"node\" in package.json, or use an official engine")
	}
	return runtime{name: "node"}, nil
}

// detectManager reads packageManager of package.json; without it the lock files tell; without one it is yarn.
func (mod *module) detectManager() (manager, error) {
	if mod.runtime.name == "bun" {
		return managed("bun", ""), nil
	}
	if asked := mod.config.PackageManager; asked != "" {
		name, version, _ := strings.Cut(asked, "@")
		if version == "" {
			return manager{}, fmt.Errorf("PACKAGE_MANAGER_INVALID: packageManager version is missing. Write it in package.json, such as \"%s@10.9.0\"", name)
		}
		if name != "npm" && name != "yarn" && name != "pnpm" {
			return manager{}, fmt.Errorf("PACKAGE_MANAGER_INVALID: unknown package manager %q. Set packageManager in package.json to npm, yarn or pnpm and a version", name)
		}
		version, _, _ = strings.Cut(version, "+")
		return managed(name, version), nil
	}
	switch {
	case mod.has("bun.lockb", "bun.lock"):
		return managed("bun", ""), nil
	case mod.has("package-lock.json"):
		return managed("npm", "10.9.0"), nil
	case mod.has("pnpm-lock.yaml") && !mod.has("yarn.lock"):
		return managed("pnpm", "8.15.4"), nil
	}
	return managed("yarn", "1.22.22"), nil
}

func managed(name, version string) manager { return manager{name, version, lockFiles[name]} }

// image names the base image, or nothing if the SDK's own root filesystem serves.
func (mod *module) image() string {
	switch {
	case mod.config.Dagger.BaseImage != "":
		return mod.config.Dagger.BaseImage
	case mod.runtime.version == "":
		return ""
	case mod.runtime.name == "bun":
		return "oven/bun:" + mod.runtime.version + "-alpine"
	}
	return "node:" + mod.runtime.version + "-alpine"
}

// base is the SDK's own root filesystem: Debian with Node, Bun, npm, yarn and tsx.
func (sdk *TypescriptSdk) base() *dagger.Container {
	return dag.Container().
		WithRootfs(sdk.SDKSourceDir).
		WithEnvVariable("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
}

// trustMachine installs the CA bundle if it is missing; into it the engine puts the machine's own certificates.
const trustMachine = `test -s /etc/ssl/certs/ca-certificates.crt || { command -v apk >/dev/null && apk add ca-certificates; } || true`

// started is the container in which the module's runtime and package manager run, at the module's root.
func (sdk *TypescriptSdk) started(mod *module) *dagger.Container {
	container, image := sdk.base(), mod.image()
	if image != "" {
		container = dag.Container().From(image).WithExec([]string{"sh", "-c", trustMachine})
	}
	if mod.runtime.name == "bun" {
		container = container.WithEnvVariable("NODE_EXTRA_CA_CERTS", "/etc/ssl/certs/ca-certificates.crt")
	} else {
		container = container.WithEnvVariable("NODE_OPTIONS", "--use-openssl-ca")
		if image != "" {
			container = container.
				WithMountedDirectory("/usr/local/lib/node_modules/tsx", sdk.SDKSourceDir.Directory("tsx_module")).
				WithExec([]string{"ln", "-sf", "/usr/local/lib/node_modules/tsx/dist/cli.mjs", "/usr/local/bin/tsx"})
		}
	}
	return container.WithWorkdir(mod.path())
}
