// Command trivy-db-example writes a vulnerability database in Trivy's format that holds one advisory,
// so that a scan can be shown and tested where Trivy's own database cannot be had.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/metadata"
	"github.com/aquasecurity/trivy-db/pkg/types"
	bolt "go.etcd.io/bbolt"
)

const bucket = "pip::GitHub Security Advisory pip"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: trivy-db-example DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write makes DIR/trivy.db and DIR/metadata.json.
func write(dir string) error {
	if err := db.Init(dir); err != nil {
		return err
	}
	defer db.Close()
	if err := (db.Config{}).BatchUpdate(fill); err != nil {
		return err
	}
	now := time.Now().UTC()
	return metadata.NewClient(dir).Update(metadata.Metadata{
		Version:   db.SchemaVersion,
		UpdatedAt: now,
		// It is never renewed, and must not be taken for outdated.
		NextUpdate: now.AddDate(10, 0, 0),
	})
}

// fill puts in CVE-2018-18074, as GitHub's advisory GHSA-x84v-xcm2-53pg has it.
func fill(tx *bolt.Tx) error {
	const id = "CVE-2018-18074"
	source := types.DataSource{
		ID:   "ghsa",
		Name: "GitHub Security Advisory pip",
		URL:  "https://github.com/advisories?query=type%3Areviewed+ecosystem%3Apip",
	}
	advisory := types.Advisory{
		VulnerableVersions: []string{"<=2.19.1"},
		PatchedVersions:    []string{"2.20.0"},
	}
	score := 7.5
	vulnerability := types.Vulnerability{
		Title:          "python-requests: Redirect from HTTPS to HTTP does not remove Authorization header",
		Description:    "The Requests package before 2.20.0 for Python sends an HTTP Authorization header to an http URI upon receiving a same-hostname https-to-http redirect, which makes it easier for remote attackers to discover credentials by sniffing the network.",
		Severity:       types.SeverityHigh.String(),
		VendorSeverity: types.VendorSeverity{"ghsa": types.SeverityHigh, "nvd": types.SeverityHigh},
		CVSS: types.VendorCVSS{
			"nvd": types.CVSS{V3Vector: "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", V3Score: score},
		},
		References: []string{"https://nvd.nist.gov/vuln/detail/CVE-2018-18074", "https://github.com/advisories/GHSA-x84v-xcm2-53pg"},
	}
	dbc := db.Config{}
	if err := dbc.PutDataSource(tx, bucket, source); err != nil {
		return err
	}
	if err := dbc.PutAdvisoryDetail(tx, id, "requests", []string{bucket}, advisory); err != nil {
		return err
	}
	if err := dbc.PutVulnerabilityDetail(tx, id, "ghsa", types.VulnerabilityDetail{Title: vulnerability.Title, Severity: types.SeverityHigh}); err != nil {
		return err
	}
	if err := dbc.PutVulnerability(tx, id, vulnerability); err != nil {
		return err
	}
	if err := dbc.SaveAdvisoryDetails(tx, id); err != nil {
		return err
	}
	return dbc.PutVulnerabilityID(tx, id)
}
