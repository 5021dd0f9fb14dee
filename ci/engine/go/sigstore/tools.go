//go:build tools

// Package tools names the commands that ci/engine/go-tool.ts builds.
package tools

import (
	_ "github.com/sigstore/cosign/v2/cmd/cosign"
	_ "github.com/sigstore/fulcio"
	_ "github.com/sigstore/rekor/cmd/rekor-server"
)
