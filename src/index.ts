import {
  argument,
  Changeset,
  Container,
  check,
  Directory,
  File,
  func,
  object,
  Secret,
} from "@dagger.io/dagger";
import { builtImage } from "../pipelines/build.ts";
import { ci } from "../pipelines/ci.ts";
import { fix } from "../pipelines/fix.ts";
import { merge } from "../pipelines/merge.ts";
import { plannedServices } from "../pipelines/narrowed.ts";
import { writePlan } from "../pipelines/plan-file.ts";
import { describedImage } from "../pipelines/sbom.ts";
import { mergedHint, reportsHint, screenOf } from "../pipelines/screen.ts";
import { setImages } from "../pipelines/set-images.ts";
import { infrastructureOnly, lintOnly, manifestsOnly, scanOnly, testOnly } from "../pipelines/single.ts";
import { byContent, settled } from "./by-content.ts";

/**
 * Typed delivery pipelines for Python services on Kubernetes: the same on a laptop, in GitHub Actions and in Jenkins.
 * `ci` runs everything and gives the verdict; `reports` brings what every tool wrote, passed or failed.
 */
@object()
export class Slipway {
  /**
   * Runs everything: checks, images, scans, SBOMs, the bump; returns the verdict, a line a check.
   *
   * Fails with VERDICT_FAILED and the same screen when a check failed or could not be carried out: all of them run,
   * whatever becomes of the others. An unchanged call that passed is answered from the engine's cache for 30 minutes.
   * ARGUMENT_INVALID when shard is none. A shard's screen is of its part of the checks, and it bumps nothing.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param service one service by name; all by default
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for a machine without a network: trivy.db and
   *   metadata.json, or db.tar.gz, or an OCI layout; by default it is downloaded
   * @param secrets secrets that the tests get as environment variables, named by the last part of their URI:
   *   env://API_TOKEN becomes API_TOKEN
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param baseline the findings.json of an earlier run's reports: what stands there stops nothing
   * @param baselineRef a branch, tag or commit: what the checks find there too, where HEAD and it parted, stops nothing;
   *   needs git
   * @param today the day that waivers are held against, as in 2027-01-31; today's in UTC by default
   * @param base a branch, tag or commit: only services that what differs from it touches are checked, and what the tests
   *   cover of the lines that differ is judged, as gates in the configuration ask; needs git
   * @param git the repository's folder .git, of a clone that has the base; what its commits added is searched for secrets
   * @param baseCoverage the summary.json among the reports of a run on the base, for the gate coverageDrop; by default
   *   the base's tests are run
   * @param previousSbom the SBOM of each service in an earlier release, as sbom or reports wrote it: what became of its
   *   packages since then is in the reports, and stops nothing
   * @param shard which of how many runners this is, as in 2/4: its part of the checks is run, and merge-reports puts the
   *   parts together; everything is run by default
   */
  @func({ cache: "30m" })
  async ci(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    vulnerabilityDb?: Directory,
    secrets: Secret[] = [],
    run?: string,
    baseline?: File,
    today?: string,
    base?: string,
    git?: Directory,
    baseCoverage?: File,
    previousSbom: File[] = [],
    baselineRef?: string,
    shard?: string,
  ): Promise<string> {
    const seen = await byContent(source);
    const request = {
      source: seen,
      config,
      service,
      vulnerabilityDatabase: vulnerabilityDb,
      secrets,
      run,
      baseline,
      today,
      base,
      git,
      baseCoverage,
      previousSboms: previousSbom,
      baselineRef,
      settled,
      shard,
    };
    return screenOf((await ci(request)).verdict, reportsHint(shard));
  }

  /**
   * Gathers the reports of the same run as ci, whether it passed or failed.
   *
   * Returns a folder with index.html, summary.json, findings.json, findings.sarif, and for each check what its tool wrote: SARIF, JUnit, coverage,
   * SBOM. What ci ran already is not run again.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param service one service by name; all by default
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for a machine without a network: trivy.db and
   *   metadata.json, or db.tar.gz, or an OCI layout; by default it is downloaded
   * @param secrets secrets that the tests get as environment variables, named by the last part of their URI:
   *   env://API_TOKEN becomes API_TOKEN
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param baseline the findings.json of an earlier run's reports: what stands there stops nothing
   * @param baselineRef a branch, tag or commit: what the checks find there too, where HEAD and it parted, stops nothing;
   *   needs git
   * @param today the day that waivers are held against, as in 2027-01-31; today's in UTC by default
   * @param base a branch, tag or commit: only services that what differs from it touches are checked, and what the tests
   *   cover of the lines that differ is judged, as gates in the configuration ask; needs git
   * @param git the repository's folder .git, of a clone that has the base; what its commits added is searched for secrets
   * @param baseCoverage the summary.json among the reports of a run on the base, for the gate coverageDrop; by default
   *   the base's tests are run
   * @param previousSbom the SBOM of each service in an earlier release, as sbom or reports wrote it: what became of its
   *   packages since then is in the reports, and stops nothing
   * @param shard which of how many runners this is, as in 2/4: its part of the checks is run, and merge-reports puts the
   *   parts together; everything is run by default
   */
  @func({ cache: "session" })
  async reports(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    vulnerabilityDb?: Directory,
    secrets: Secret[] = [],
    run?: string,
    baseline?: File,
    today?: string,
    base?: string,
    git?: Directory,
    baseCoverage?: File,
    previousSbom: File[] = [],
    baselineRef?: string,
    shard?: string,
  ): Promise<Directory> {
    const seen = await byContent(source);
    const request = {
      source: seen,
      config,
      service,
      vulnerabilityDatabase: vulnerabilityDb,
      secrets,
      run,
      baseline,
      today,
      base,
      git,
      baseCoverage,
      previousSboms: previousSbom,
      baselineRef,
      settled,
      shard,
    };
    return (await ci(request)).reports;
  }

  /**
   * Tells which services have to be checked for what differs from a base, and why, as JSON on one line, fit for the
   * matrix of a workflow.
   *
   * A service is touched by files that its checks read: its own folder, local libraries, its lock file, its image's
   * context, settings in the folders above; and by manifests that name its image. The configuration touches every
   * service, and so does a file that nobody is known to read. Without a base every service is named. Fails with
   * BASE_NOT_FOUND, BASE_UNRELATED or HISTORY_UNREADABLE when it cannot be told what differs.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param base a branch, tag or commit; needs git
   * @param git the repository's folder .git, of a clone that has the base
   */
  @func({ cache: "30m" })
  async plan(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    base?: string,
    git?: Directory,
  ): Promise<string> {
    return writePlan(await plannedServices({ source: await byContent(source), config, base, git }));
  }

  /**
   * Merges the reports of all shards of a run into one folder of reports, as reports brings it for a run that is not split.
   *
   * Fails with SHARDS_MIXED when they are not of one run (source, configuration, version and number of shards), or one is
   * there twice; with REPORT_MALFORMED and the like when one cannot be read. Of a shard that is not there the merged
   * reports say so, and their verdict is errored; merged-verdict fails with it.
   *
   * @param reports a folder with one folder for each shard, each as reports exported it
   */
  @func({ cache: "session" })
  async mergeReports(reports: Directory): Promise<Directory> {
    return (await merge(reports)).reports;
  }

  /**
   * Merges the reports of all shards of a run into the one verdict, a line a check.
   *
   * Fails with VERDICT_FAILED and the same screen when a check failed or could not be carried out, and when a shard is
   * missing; otherwise as merge-reports does.
   *
   * @param reports a folder with one folder for each shard, each as reports exported it
   */
  @func({ cache: "30m" })
  async mergedVerdict(reports: Directory): Promise<string> {
    return screenOf((await merge(reports)).verdict, mergedHint);
  }

  /**
   * Checks the code with ruff (lint and format), and with mypy where the repository configures it; and what lies beside
   * it: scripts with shellcheck, Dockerfiles with hadolint, workflows with actionlint and zizmor, YAML with yamllint.
   *
   * Returns the verdict; fails with VERDICT_FAILED when one of them finds something or breaks down.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param service one service by name; all by default
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param baseline the findings.json of an earlier run's reports: what stands there stops nothing
   * @param today the day that waivers are held against, as in 2027-01-31; today's in UTC by default
   */
  @func({ cache: "30m" })
  @check()
  async lint(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    run?: string,
    baseline?: File,
    today?: string,
  ): Promise<string> {
    return screenOf(
      await lintOnly({ source: await byContent(source), config, service, run, baseline, today }),
    );
  }

  /**
   * Lets the formatters and fixers that check the code rewrite it: ruff's safe fixes, ruff format, isort, black.
   *
   * Returns the changes; dagger shows them and asks before it applies them to the current folder. Fails with the
   * fixer's own words where a file cannot be parsed.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param service one service by name; all by default
   */
  @func({ cache: "30m" })
  async fix(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
  ): Promise<Changeset> {
    return fix({ source, config, service });
  }

  /**
   * Runs the tests with coverage, beside the containers that they need.
   *
   * Returns the verdict; fails with VERDICT_FAILED when a test fails, or when fewer lines are covered than the
   * configuration asks for, 80 % by default.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param service one service by name; all by default
   * @param secrets secrets that the tests get as environment variables, named by the last part of their URI:
   *   env://API_TOKEN becomes API_TOKEN
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param base a branch, tag or commit: what the tests cover of the lines that differ from it is judged, as gates in the
   *   configuration ask; needs git
   * @param git the repository's folder .git, of a clone that has the base
   * @param baseCoverage the summary.json among the reports of a run on the base, for the gate coverageDrop; by default
   *   the base's tests are run
   */
  @func({ cache: "30m" })
  @check()
  async test(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    secrets: Secret[] = [],
    run?: string,
    base?: string,
    git?: Directory,
    baseCoverage?: File,
  ): Promise<string> {
    const seen = await byContent(source);
    return screenOf(
      await testOnly({ source: seen, config, service, secrets, run, base, git, baseCoverage, settled }),
    );
  }

  /**
   * Scans the source with Trivy for vulnerable dependencies, secrets and misconfiguration.
   *
   * Returns the verdict; fails with VERDICT_FAILED on a finding of a severity that the configuration gates, CRITICAL
   * and HIGH by default, and when there is no vulnerability database to be had.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for a machine without a network: trivy.db and
   *   metadata.json, or db.tar.gz, or an OCI layout; by default it is downloaded
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param baseline the findings.json of an earlier run's reports: what stands there stops nothing
   * @param today the day that waivers are held against, as in 2027-01-31; today's in UTC by default
   */
  @func({ cache: "30m" })
  @check()
  async scan(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    vulnerabilityDb?: Directory,
    run?: string,
    baseline?: File,
    today?: string,
  ): Promise<string> {
    const seen = await byContent(source);
    return screenOf(
      await scanOnly({ source: seen, config, vulnerabilityDatabase: vulnerabilityDb, run, baseline, today }),
    );
  }

  /**
   * Renders every kustomization and Helm chart, and holds the manifests against the schemas of Kubernetes and Trivy's
   * rules.
   *
   * Returns the verdict; fails with VERDICT_FAILED when one does not render, on a field or a kind that the configured
   * version of Kubernetes does not know, and on a misconfiguration of a severity that the configuration gates. In ci
   * what the scan of the source reports is not reported here again.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param baseline the findings.json of an earlier run's reports: what stands there stops nothing
   * @param today the day that waivers are held against, as in 2027-01-31; today's in UTC by default
   */
  @func({ cache: "30m" })
  @check()
  async manifests(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    run?: string,
    baseline?: File,
    today?: string,
  ): Promise<string> {
    return screenOf(await manifestsOnly({ source: await byContent(source), config, run, baseline, today }));
  }

  /**
   * Checks OpenTofu and Terraform configurations: format, validity, tflint, Checkov; plans what they would change where
   * credentials are handed over.
   *
   * Returns the verdict; fails with VERDICT_FAILED when one is not valid or not formatted, and on whatever tflint and
   * Checkov find. A plan is made anew at every call; what it would change stands in its line, and fails nothing.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param secrets credentials of providers and of the backend, named by the last part of their URI:
   *   env://AWS_ACCESS_KEY_ID
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   */
  @func({ cache: "never" })
  @check()
  async infrastructure(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    secrets: Secret[] = [],
    run?: string,
  ): Promise<string> {
    return screenOf(await infrastructureOnly({ source: await byContent(source), config, secrets, run }));
  }

  /**
   * Builds a service's image from its Dockerfile and returns it, to run, export or look into.
   *
   * Fails with DOCKERFILE_NOT_FOUND when there is none, SERVICE_AMBIGUOUS when there are several services and none is
   * named.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param service the service; needed only when there are several
   */
  @func({ cache: "30m" })
  async build(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
  ): Promise<Container> {
    return (await builtImage({ source, config, service })).image;
  }

  /**
   * Describes a service's image as a software bill of materials.
   *
   * Returns a folder with sbom.spdx.json (SPDX 2.3), sbom.cdx.json (CycloneDX 1.6) and sbom.syft.json. Fails as build
   * does.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param service the service; needed only when there are several
   * @param previousSbom the SBOM of an earlier release, as sbom or reports wrote it: changes.json then says what became
   *   of the packages since
   */
  @func({ cache: "30m" })
  async sbom(
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    previousSbom: File[] = [],
  ): Promise<Directory> {
    return describedImage({ source, config, service, previousSboms: previousSbom });
  }

  /**
   * Sets images in kustomize overlays and returns the changed source.
   *
   * Only the lines that say which image are touched, and kustomize itself shows that nothing but images differs. Fails
   * with TAG_INVALID, DIGEST_INVALID or IMAGE_NAME_INVALID before anything runs, IMAGE_NOT_FOUND when the overlay has
   * no such image, DIGEST_PINNED when a tag would take a digest's place, BUMP_CHANGED_MORE when more would change.
   * Writes to no repository: export the folder, or commit it with git.
   *
   * @param images what to set, each as NAME:TAG, NAME@sha256:DIGEST or NAME=NEWNAME:TAG
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param overlay the overlay's folder, relative to the source; by default every one under bump.overlays in the
   *   configuration
   * @param replaceDigest let a tag alone take the place of a pinned digest; refused by default
   */
  @func({ cache: "30m" })
  async bump(
    images: string[],
    @argument({
      defaultPath: "/",
      ignore: [
        "**/.git",
        "**/node_modules",
        "**/.venv",
        "**/venv",
        "**/__pycache__",
        "**/.*_cache",
        "**/.tox",
        "**/.nox",
        "reports",
      ],
    })
    source: Directory,
    config?: string,
    overlay?: string,
    replaceDigest: boolean = false,
  ): Promise<Directory> {
    return setImages({ source, config }, images, overlay, replaceDigest);
  }
}
