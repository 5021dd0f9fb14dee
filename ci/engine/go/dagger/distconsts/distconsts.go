// Package distconsts stands in for the module of the same name in Dagger's repository, which is
// on no module proxy: the names and paths that the engine and whoever starts it agree on.
package distconsts

// Where the engine finds its parts. ci/engine/sandbox.ts puts them there, in a mount namespace of
// the engine's own, so that nothing is written to the machine's /usr/local or /opt.
const (
	RuncPath                         = "/run/slipway/private/bin/runc"
	DaggerInitPath                   = "/run/slipway/private/bin/dagger-init"
	EngineContainerBuiltinContentDir = "/run/slipway/private/content"
	EngineDefaultStateDir            = "/var/lib/dagger"
	EngineCustomCACertsDir           = "/usr/local/share/ca-certificates"
	DefaultEngineSockAddr            = "unix:///run/slipway/private/engine.sock"
	EngineContainerName              = "dagger-engine.slipway"
)

// The environment that names the built-in SDKs' manifests.
const (
	GoSDKManifestDigestEnvName         = "DAGGER_GO_SDK_MANIFEST_DIGEST"
	PythonSDKManifestDigestEnvName     = "DAGGER_PYTHON_SDK_MANIFEST_DIGEST"
	TypescriptSDKManifestDigestEnvName = "DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST"
)

// The images that the engine and its SDKs name.
const (
	AlpineVersion        = "3.22.1"
	AlpineImage          = "alpine:" + AlpineVersion
	GolangImage          = "golang:1.25.3-alpine"
	BusyboxImage         = "busybox:1.37.0"
	OCIVersionAnnotation = "org.opencontainers.image.version"
)
