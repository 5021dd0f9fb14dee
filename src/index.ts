// Made from surface.yaml by `npm run generate`: change it there.
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
  Service,
} from "@dagger.io/dagger";
import * as functions from "#pipelines/functions/functions.ts";

/**
 * Typed delivery pipelines for Python services on Kubernetes: the same on a laptop, in GitHub Actions and in Jenkins.
 * `ci` runs everything and returns the verdict; `reports` returns what every tool wrote, passed or failed.
 */
@object()
export class Slipway {
  /**
   * Runs every check, builds and scans the images, previews the bump.
   *
   * Returns the verdict, a line per check. Fails with VERDICT_FAILED and the same lines when a check failed
   * or could not run. No check stops another. The engine answers an unchanged call that passed from its cache
   * for 30 minutes.
   *
   * Fails before any check with CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID,
   * DEFAULTS_IN_SOURCE, SOURCE_EMPTY, SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND. Fails with ARGUMENT_INVALID for
   * a bad --shard, --today or ref, and with HISTORY_MISSING without a .git folder for a ref. A shard returns
   * its part, and previews no bump.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param service the name of one service; default: all services
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for machines without internet:
   *   trivy.db with metadata.json, db.tar.gz or an OCI layout; default: it is downloaded
   * @param secrets secrets, named by the last part of their URI: env://API_TOKEN is API_TOKEN; slipway.yaml
   *   says which step gets which
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param base a branch, tag or commit to compare with: only affected services are checked, and coverage of
   *   changed lines is judged by gates; requires --git
   * @param git the repository's .git folder, of a clone that has the base
   * @param baseCoverage the summary.json of a run on the base, for the gate coverageDrop; default: the base's
   *   tests run
   * @param previousSbom the SBOM of each service in an earlier release: the reports list the changed
   *   packages, and nothing blocks
   * @param baselineRef a branch, tag or commit: findings that exist on its merge base with HEAD do not block;
   *   requires --git
   * @param shard INDEX/TOTAL, as in 2/4: this runner's part of the checks, which merge-reports joins;
   *   default: all checks
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
    return functions.ci({
      source,
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
      shard,
    });
  }

  /**
   * Returns the reports of the same run as ci, passed or failed.
   *
   * Returns a folder with index.html, summary.json, findings.json and findings.sarif, and for each check its
   * tool's own files: SARIF, JUnit, coverage, SBOM. Nothing that ci ran is run again.
   *
   * Fails only where ci fails before any check.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param service the name of one service; default: all services
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for machines without internet:
   *   trivy.db with metadata.json, db.tar.gz or an OCI layout; default: it is downloaded
   * @param secrets secrets, named by the last part of their URI: env://API_TOKEN is API_TOKEN; slipway.yaml
   *   says which step gets which
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param base a branch, tag or commit to compare with: only affected services are checked, and coverage of
   *   changed lines is judged by gates; requires --git
   * @param git the repository's .git folder, of a clone that has the base
   * @param baseCoverage the summary.json of a run on the base, for the gate coverageDrop; default: the base's
   *   tests run
   * @param previousSbom the SBOM of each service in an earlier release: the reports list the changed
   *   packages, and nothing blocks
   * @param baselineRef a branch, tag or commit: findings that exist on its merge base with HEAD do not block;
   *   requires --git
   * @param shard INDEX/TOTAL, as in 2/4: this runner's part of the checks, which merge-reports joins;
   *   default: all checks
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
    return functions.reports({
      source,
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
      shard,
    });
  }

  /**
   * Lists the services affected by changes since a base, with reasons, as JSON.
   *
   * Returns one line of JSON, for a workflow's matrix. A changed file affects every service whose checks read
   * it: in its folder, local libraries or image context, as lock file, settings or manifest. A changed
   * configuration, or a file that no service is known to read, affects every service. Without a base, every
   * service is listed.
   *
   * Fails with BASE_NOT_FOUND, BASE_UNRELATED or HISTORY_UNREADABLE when git cannot tell the changes.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param base a branch, tag or commit to compare with; requires --git
   * @param git the repository's .git folder, of a clone that has the base
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
      ],
    })
    source: Directory,
    config?: string,
    base?: string,
    git?: Directory,
  ): Promise<string> {
    return functions.plan({ source, config, base, git });
  }

  /**
   * Merges the reports of all shards of a run into one folder.
   *
   * Returns the same files as reports does for a run without shards. A missing shard makes the merged verdict
   * errored, and merged-verdict fails with it.
   *
   * Fails with SHARDS_MIXED when the shards are not of one run, or one is there twice. Fails with
   * REPORT_MALFORMED, REPORT_CONTRADICTORY, REPORT_MISSING or PATH_OUTSIDE_REPORTS when a report cannot be
   * trusted.
   *
   * @param reports a folder with one folder per shard, each as `reports` exported it
   */
  @func({ cache: "session" })
  async mergeReports(reports: Directory): Promise<Directory> {
    return functions.mergeReports({ reports });
  }

  /**
   * Merges the reports of all shards of a run into one verdict.
   *
   * Returns the verdict, a line per check. Fails with VERDICT_FAILED and the same lines when a check failed
   * or could not run. Fails too when a shard is missing, and otherwise as merge-reports does.
   *
   * @param reports a folder with one folder per shard, each as `reports` exported it
   */
  @func({ cache: "30m" })
  async mergedVerdict(reports: Directory): Promise<string> {
    return functions.mergedVerdict({ reports });
  }

  /**
   * Checks code, types, scripts, Dockerfiles, workflows and YAML files.
   *
   * Runs the linters, formatters and type checkers that the repository configures, and ruff where it
   * configures none. Runs shellcheck, hadolint, actionlint, zizmor and yamllint on the repository's other
   * files.
   *
   * Returns the verdict, a line per check. Fails with VERDICT_FAILED and the same lines when a check failed
   * or could not run. Fails before any check with CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND,
   * LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_EMPTY, SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param service the name of one service; default: all services
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param git the repository's .git folder, of a clone that has the base
   * @param baselineRef a branch, tag or commit: findings that exist on its merge base with HEAD do not block;
   *   requires --git
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
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    run?: string,
    baseline?: File,
    today?: string,
    git?: Directory,
    baselineRef?: string,
  ): Promise<string> {
    return functions.lint({ source, config, service, run, baseline, today, git, baselineRef });
  }

  /**
   * Fixes and formats code with the tools that check it: ruff, isort, black.
   *
   * Returns the changes; dagger shows them and asks before it applies them. Fails with the tool's own error
   * where a file cannot be parsed, and with the error of a service that cannot be planned.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param service the name of one service; default: all services
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
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
  ): Promise<Changeset> {
    return functions.fix({ source, config, service });
  }

  /**
   * Writes slipway.yaml, slipway.lock, CI files and, on request, manifests.
   *
   * Returns the changes; dagger shows them and asks before it applies them. Existing files stay as they are,
   * so a second call changes nothing. Asks the registries for digests at each call.
   *
   * Fails with PATH_OUTSIDE_SOURCE if a symlink is on the way to a file, and with IMAGE_UNAVAILABLE, naming
   * each image without a digest. Fails with HISTORY_MISSING for a bad --git, and with ARGUMENT_INVALID,
   * SOURCE_EMPTY, SOURCE_NOT_PYTHON or CONFIG_INVALID.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param wrappers the CI systems to write files for: github, jenkins, gitlab; auto: github where workflows
   *   exist; none: no file
   * @param registry where images are pushed, as in registry.example.com/shop: services without an image name
   *   get one below it
   * @param manifests whether to write a kustomize base and overlays for staging and production, where there
   *   are no manifests; default: false
   * @param argocd the URL of the repository that Argo CD follows: an Application is written for each overlay;
   *   default: none is written
   * @param pin whether to pin the tools' images in slipway.lock, as lock does; default: true
   * @param git the repository's .git folder: the workflow runs for its default branch; default: for main and
   *   master
   */
  @func({ cache: "never" })
  async init(
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
      ],
    })
    source: Directory,
    wrappers: string[] = ["auto"],
    registry?: string,
    manifests: boolean = false,
    argocd?: string,
    pin: boolean = true,
    git?: Directory,
  ): Promise<Changeset> {
    return functions.init({ source, wrappers, registry, manifests, argocd, lock: pin, git });
  }

  /**
   * Reports what is missing or wrong before any check runs, with remedies.
   *
   * Returns a line per subject, wrong ones first: slipway.yaml, services, tests, Dockerfiles, overlays, the
   * lock, release settings, the clone. Fails with SETUP_WRONG and the same lines when something keeps ci or a
   * release from working. Advice does not fail. The only tool that runs is git.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param git the repository's .git folder: the clone is examined too
   */
  @func({ cache: "session" })
  async doctor(
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
      ],
    })
    source: Directory,
    config?: string,
    git?: Directory,
  ): Promise<string> {
    return functions.doctor({ source, config, git });
  }

  /**
   * Pins the images that checks run in: writes digests to slipway.lock.
   *
   * Returns the changes, none where all digests are current; dagger shows them and asks before it applies
   * them. Asks the registries at each call. Tools that are Python packages are pinned by version in the
   * modules.
   *
   * Fails with IMAGE_UNAVAILABLE, naming each image without a digest. Fails before any check with
   * CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_EMPTY,
   * SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   */
  @func({ cache: "never" })
  async lock(
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
      ],
    })
    source: Directory,
    config?: string,
  ): Promise<Changeset> {
    return functions.lock({ source, config });
  }

  /**
   * Runs the tests with coverage, beside the containers that they need.
   *
   * Returns the verdict, a line per check. Fails with VERDICT_FAILED and the same lines when a check failed
   * or could not run. A test fails it, and coverage below the gate: 80 % of lines by default. Fails before
   * any check with CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE,
   * SOURCE_EMPTY, SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param service the name of one service; default: all services
   * @param secrets secrets, named by the last part of their URI: env://API_TOKEN is API_TOKEN; slipway.yaml
   *   says which step gets which
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param base a branch, tag or commit to compare with: coverage of changed lines is judged by gates;
   *   requires --git
   * @param git the repository's .git folder, of a clone that has the base
   * @param baseCoverage the summary.json of a run on the base, for the gate coverageDrop; default: the base's
   *   tests run
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
    return functions.test({ source, config, service, secrets, run, base, git, baseCoverage });
  }

  /**
   * Scans the source: vulnerabilities, secrets, misconfiguration, own rules.
   *
   * Runs Trivy, gitleaks, the repository's own Semgrep rules and a check for symlinks that lead out of the
   * source. With --base, or `scan.history: true` in slipway.yaml, gitleaks searches the commits too; both
   * require --git.
   *
   * Returns the verdict, a line per check. Fails with VERDICT_FAILED and the same lines when a check failed
   * or could not run. Severities that gates.severity lists block: CRITICAL and HIGH by default. A missing
   * vulnerability database is an error. Fails before any check with CONFIG_INVALID, CONFIG_UNREADABLE,
   * CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_EMPTY, SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for machines without internet:
   *   trivy.db with metadata.json, db.tar.gz or an OCI layout; default: it is downloaded
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param base a branch, tag or commit: commits since its merge base are searched for secrets; requires
   *   --git
   * @param git the repository's .git folder, of a clone that has the base
   * @param baselineRef a branch, tag or commit: findings that exist on its merge base with HEAD do not block;
   *   requires --git
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
      ],
    })
    source: Directory,
    config?: string,
    vulnerabilityDb?: Directory,
    run?: string,
    baseline?: File,
    today?: string,
    base?: string,
    git?: Directory,
    baselineRef?: string,
  ): Promise<string> {
    return functions.scan({
      source,
      config,
      vulnerabilityDatabase: vulnerabilityDb,
      run,
      baseline,
      today,
      base,
      git,
      baselineRef,
    });
  }

  /**
   * Renders kustomizations and Helm charts, and checks the manifests.
   *
   * Checks each rendering against the schemas of Kubernetes, the repository's own Rego policies and Trivy's
   * rules. Runs helm lint on each chart.
   *
   * Returns the verdict, a line per check. Fails with VERDICT_FAILED and the same lines when a check failed
   * or could not run. Fails before any check with CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND,
   * LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_EMPTY, SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param git the repository's .git folder, of a clone that has the base
   * @param baselineRef a branch, tag or commit: findings that exist on its merge base with HEAD do not block;
   *   requires --git
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
      ],
    })
    source: Directory,
    config?: string,
    run?: string,
    baseline?: File,
    today?: string,
    git?: Directory,
    baselineRef?: string,
  ): Promise<string> {
    return functions.manifests({ source, config, run, baseline, today, git, baselineRef });
  }

  /**
   * Checks OpenTofu and Terraform configurations, and plans their changes.
   *
   * Checks format and validity, and runs tflint and Checkov. With credentials, plans what each configuration
   * would change. The plan is made again at every call, and a change does not block.
   *
   * Returns the verdict, a line per check. Fails with VERDICT_FAILED and the same lines when a check failed
   * or could not run. Fails before any check with CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND,
   * LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_EMPTY, SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param secrets credentials for providers and backends, named by the last part of their URI:
   *   env://AWS_ACCESS_KEY_ID
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
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
      ],
    })
    source: Directory,
    config?: string,
    secrets: Secret[] = [],
    run?: string,
  ): Promise<string> {
    return functions.infrastructure({ source, config, secrets, run });
  }

  /**
   * Builds a service's image from its Dockerfile and returns it.
   *
   * Returns a container to run, export or inspect. Fails with DOCKERFILE_NOT_FOUND without a Dockerfile,
   * SERVICE_AMBIGUOUS for several services without --service, SECRET_MISSING for a secret that the call
   * lacks. Fails before any check with CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID,
   * DEFAULTS_IN_SOURCE, SOURCE_EMPTY, SOURCE_NOT_PYTHON or SERVICE_NOT_FOUND.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param service the service's name; required when the source has several
   * @param secrets secrets that the Dockerfile mounts, as listed in image.secrets: env://PIP_TOKEN is
   *   PIP_TOKEN
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
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    secrets: Secret[] = [],
  ): Promise<Container> {
    return functions.build({ source, config, service, secrets });
  }

  /**
   * Describes a service's image as a software bill of materials (SBOM).
   *
   * Returns a folder with sbom.spdx.json (SPDX 2.3), sbom.cdx.json (CycloneDX 1.6) and sbom.syft.json. Fails
   * as build does, and with SBOM_INVALID for a bad --previous-sbom.
   *
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param service the service's name; required when the source has several
   * @param previousSbom the SBOM of an earlier release: changes.json then lists the changed packages
   * @param secrets secrets that the Dockerfile mounts, as for build
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
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
    previousSbom: File[] = [],
    secrets: Secret[] = [],
  ): Promise<Directory> {
    return functions.sbom({ source, config, service, previousSboms: previousSbom, secrets });
  }

  /**
   * Sets images in kustomize overlays and returns the changed source.
   *
   * Changes only the lines that name an image, and proves by kustomize that nothing else differs. Writes to
   * no repository: export the folder, or commit it with git.
   *
   * Fails before anything runs with TAG_INVALID, DIGEST_INVALID or IMAGE_NAME_INVALID. Fails with
   * IMAGE_NOT_FOUND when the overlay has no such image, and with DIGEST_PINNED when a tag would replace a
   * digest. Fails with BUMP_CHANGED_MORE when anything but images would change.
   *
   * @param images images to set, each as NAME:TAG, NAME@sha256:DIGEST or NAME=NEWNAME:TAG
   * @param source the repository, or a folder with the services; default: the repository that this module is
   *   part of
   * @param config the configuration file in the source; default: slipway.yaml, which is optional
   * @param overlay the overlay's folder, relative to the source; default: each of bump.overlays in
   *   slipway.yaml
   * @param replaceDigest whether a tag alone may replace a pinned digest; default: false
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
      ],
    })
    source: Directory,
    config?: string,
    overlay?: string,
    replaceDigest: boolean = false,
  ): Promise<Directory> {
    return functions.bump({ images, source, config, overlay, replaceDigest });
  }

  /**
   * Releases a commit: checks, publishes, signs, attests, tags, updates GitOps.
   *
   * Runs the checks. Only if all pass, it publishes the images by digest, signs and attests them, copies them
   * to replicas, and tags them. Then it commits the digests to the GitOps repository. Returns a list of
   * everything that is public.
   *
   * Fails with RELEASE_REFUSED when this call wrote nothing, and with RELEASE_INCOMPLETE when a stage failed
   * later. The same call again continues, and changes nothing that is done. Fails before any check with
   * SIGNER_MISSING, NO_TAGS, TAG_INVALID, FACT_MISSING and configuration errors. Never cached.
   *
   * @param git the repository's .git folder: its commit is released, not files beside it
   * @param config the configuration file, relative to the repository; default: slipway.yaml
   * @param service the name of one service; default: all services
   * @param commit the commit's full id; default: the commit that is checked out
   * @param commitTime when it was committed, in ISO 8601, as in 2026-01-02T03:04:05Z; default: what git says
   * @param branch the branch that is released; default: the one checked out
   * @param tag the git tag that is released; default: the tags of the commit
   * @param pullRequest the number of the pull request; default: none
   * @param baseBranch the branch that the pull request targets; default: none
   * @param defaultBranch the repository's default branch; default: origin's
   * @param scheduled whether a schedule started the release, for tags of type=schedule; default: false
   * @param sourceUrl the URL of the repository for other people; default: origin's URL without credentials
   * @param builder who runs the release, as a URI for the provenance: the workflow's; default:
   *   urn:slipway:local
   * @param registry a registry that replaces the one in the images' names, as HOST or HOST:PORT
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry reachable only from this machine, as in tcp://127.0.0.1:5000
   * @param replicaUsername the user name for the replicas' registry
   * @param replicaPassword the password or token of that user
   * @param replicaCa additional CA certificates for that registry, in PEM
   * @param replicaService a replicas' registry reachable only from this machine, as in tcp://127.0.0.1:5000
   * @param signingKey the private key that signs images, in cosign's format
   * @param signingPassword the passphrase of that key
   * @param identityToken an OpenID Connect token for the audience sigstore, to sign without a key
   * @param fulcioRoots root certificates in PEM of the Fulcio that slipway.yaml names; default: Sigstore's
   * @param ctLogKey the public key of that Fulcio's certificate log; without it, certificates need no log
   *   entry
   * @param rekorKey the public key in PEM of the Rekor that slipway.yaml names; default: Sigstore's
   * @param kmsSecrets credentials for the key management service that slipway.yaml names, as environment
   *   variables: env://VAULT_TOKEN is VAULT_TOKEN
   * @param gitopsRepository the URL of the GitOps repository; default: the one in slipway.yaml
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for ssh
   * @param gitKnownHosts the trusted ssh host keys, as in known_hosts
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server reachable only from this machine, as in tcp://127.0.0.1:3000
   * @param gitSigningKey an ssh key that signs the commit; default: the commit is not signed
   * @param forgeToken a token for the forge's API, to open pull requests
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for machines without internet:
   *   trivy.db with metadata.json, db.tar.gz or an OCI layout; default: it is downloaded
   * @param secrets secrets, named by the last part of their URI: env://API_TOKEN is API_TOKEN; slipway.yaml
   *   says which step gets which
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   */
  @func({ cache: "never" })
  async release(
    git: Directory,
    config?: string,
    service?: string,
    commit?: string,
    commitTime?: string,
    branch?: string,
    tag?: string,
    pullRequest?: string,
    baseBranch?: string,
    defaultBranch?: string,
    scheduled: boolean = false,
    sourceUrl?: string,
    builder?: string,
    registry?: string,
    registryUsername?: string,
    registryPassword?: Secret,
    registryCa?: File,
    registryService?: Service,
    replicaUsername?: string,
    replicaPassword?: Secret,
    replicaCa?: File,
    replicaService?: Service,
    signingKey?: Secret,
    signingPassword?: Secret,
    identityToken?: Secret,
    fulcioRoots?: File,
    ctLogKey?: File,
    rekorKey?: File,
    kmsSecrets: Secret[] = [],
    gitopsRepository?: string,
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    gitSigningKey?: Secret,
    forgeToken?: Secret,
    vulnerabilityDb?: Directory,
    secrets: Secret[] = [],
    run?: string,
    baseline?: File,
    today?: string,
  ): Promise<string> {
    return functions.release({
      git,
      config,
      service,
      facts: {
        commit,
        commitTime,
        branch,
        tag,
        pullRequest,
        baseBranch,
        defaultBranch,
        scheduled,
        source: sourceUrl,
      },
      builder,
      registry,
      registryAccess: {
        username: registryUsername,
        password: registryPassword,
        ca: registryCa,
        service: registryService,
      },
      replicaAccess: {
        username: replicaUsername,
        password: replicaPassword,
        ca: replicaCa,
        service: replicaService,
      },
      signer: {
        key: signingKey,
        passphrase: signingPassword,
        token: identityToken,
        authorities: { fulcioRoots, ctLogKey, rekorKey },
        kmsSecrets,
      },
      gitopsRepository,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
        signingKey: gitSigningKey,
        forgeToken,
      },
      vulnerabilityDatabase: vulnerabilityDb,
      secrets,
      run,
      baseline,
      today,
    });
  }

  /**
   * Releases like release, and returns its reports, also when a stage failed.
   *
   * Returns the reports of the checks with release.json, which says what is public, and release.txt. Fails
   * only where nothing could begin. Never cached; calling both releases twice, with the effect of one.
   *
   * @param git the repository's .git folder: its commit is released, not files beside it
   * @param config the configuration file, relative to the repository; default: slipway.yaml
   * @param service the name of one service; default: all services
   * @param commit the commit's full id; default: the commit that is checked out
   * @param commitTime when it was committed, in ISO 8601, as in 2026-01-02T03:04:05Z; default: what git says
   * @param branch the branch that is released; default: the one checked out
   * @param tag the git tag that is released; default: the tags of the commit
   * @param pullRequest the number of the pull request; default: none
   * @param baseBranch the branch that the pull request targets; default: none
   * @param defaultBranch the repository's default branch; default: origin's
   * @param scheduled whether a schedule started the release, for tags of type=schedule; default: false
   * @param sourceUrl the URL of the repository for other people; default: origin's URL without credentials
   * @param builder who runs the release, as a URI for the provenance: the workflow's; default:
   *   urn:slipway:local
   * @param registry a registry that replaces the one in the images' names, as HOST or HOST:PORT
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry reachable only from this machine, as in tcp://127.0.0.1:5000
   * @param replicaUsername the user name for the replicas' registry
   * @param replicaPassword the password or token of that user
   * @param replicaCa additional CA certificates for that registry, in PEM
   * @param replicaService a replicas' registry reachable only from this machine, as in tcp://127.0.0.1:5000
   * @param signingKey the private key that signs images, in cosign's format
   * @param signingPassword the passphrase of that key
   * @param identityToken an OpenID Connect token for the audience sigstore, to sign without a key
   * @param fulcioRoots root certificates in PEM of the Fulcio that slipway.yaml names; default: Sigstore's
   * @param ctLogKey the public key of that Fulcio's certificate log; without it, certificates need no log
   *   entry
   * @param rekorKey the public key in PEM of the Rekor that slipway.yaml names; default: Sigstore's
   * @param kmsSecrets credentials for the key management service that slipway.yaml names, as environment
   *   variables: env://VAULT_TOKEN is VAULT_TOKEN
   * @param gitopsRepository the URL of the GitOps repository; default: the one in slipway.yaml
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for ssh
   * @param gitKnownHosts the trusted ssh host keys, as in known_hosts
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server reachable only from this machine, as in tcp://127.0.0.1:3000
   * @param gitSigningKey an ssh key that signs the commit; default: the commit is not signed
   * @param forgeToken a token for the forge's API, to open pull requests
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for machines without internet:
   *   trivy.db with metadata.json, db.tar.gz or an OCI layout; default: it is downloaded
   * @param secrets secrets, named by the last part of their URI: env://API_TOKEN is API_TOKEN; slipway.yaml
   *   says which step gets which
   * @param run a name for this run, such as a build number: test results are reused only within it; default:
   *   for as long as `reuse` allows
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   */
  @func({ cache: "never" })
  async releaseReports(
    git: Directory,
    config?: string,
    service?: string,
    commit?: string,
    commitTime?: string,
    branch?: string,
    tag?: string,
    pullRequest?: string,
    baseBranch?: string,
    defaultBranch?: string,
    scheduled: boolean = false,
    sourceUrl?: string,
    builder?: string,
    registry?: string,
    registryUsername?: string,
    registryPassword?: Secret,
    registryCa?: File,
    registryService?: Service,
    replicaUsername?: string,
    replicaPassword?: Secret,
    replicaCa?: File,
    replicaService?: Service,
    signingKey?: Secret,
    signingPassword?: Secret,
    identityToken?: Secret,
    fulcioRoots?: File,
    ctLogKey?: File,
    rekorKey?: File,
    kmsSecrets: Secret[] = [],
    gitopsRepository?: string,
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    gitSigningKey?: Secret,
    forgeToken?: Secret,
    vulnerabilityDb?: Directory,
    secrets: Secret[] = [],
    run?: string,
    baseline?: File,
    today?: string,
  ): Promise<Directory> {
    return functions.releaseReports({
      git,
      config,
      service,
      facts: {
        commit,
        commitTime,
        branch,
        tag,
        pullRequest,
        baseBranch,
        defaultBranch,
        scheduled,
        source: sourceUrl,
      },
      builder,
      registry,
      registryAccess: {
        username: registryUsername,
        password: registryPassword,
        ca: registryCa,
        service: registryService,
      },
      replicaAccess: {
        username: replicaUsername,
        password: replicaPassword,
        ca: replicaCa,
        service: replicaService,
      },
      signer: {
        key: signingKey,
        passphrase: signingPassword,
        token: identityToken,
        authorities: { fulcioRoots, ctLogKey, rekorKey },
        kmsSecrets,
      },
      gitopsRepository,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
        signingKey: gitSigningKey,
        forgeToken,
      },
      vulnerabilityDatabase: vulnerabilityDb,
      secrets,
      run,
      baseline,
      today,
    });
  }

  /**
   * Checks an image against a policy: signature, attestations, age of its scan.
   *
   * Returns the verdict, a line per requirement. Fails with VERDICT_FAILED unless all passed; a requirement
   * that cannot be checked does not pass. Asks the registry at each call.
   *
   * Fails with ARGUMENT_INVALID when no key and no identity is given, and with IMAGE_NOT_FOUND when the
   * registry has no such digest.
   *
   * @param image the image, as NAME@sha256:DIGEST
   * @param keys public keys in PEM; any of them may have signed
   * @param identities identities of keyless signatures, in full or as /PATTERN/; any of them may have signed
   * @param issuer who must have issued their tokens, as in https://token.actions.githubusercontent.com
   * @param workflowRepository OWNER/NAME of the repository whose GitHub workflow signed: a reusable
   *   workflow's identity is the same for every caller
   * @param attestations required attestations: sbom, vulnerabilities, tests, provenance; default: all four
   * @param maxAge the greatest age of the newest attested scan, as in 12h; default: 7d
   * @param severities severities that block: CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN; default: CRITICAL and HIGH
   * @param ignoreUnfixed whether vulnerabilities without a fixed version pass; default: false
   * @param except ids of vulnerabilities that pass
   * @param log require a log entry for key signatures too; default: false. Identity signatures always require
   *   one
   * @param fulcio the URL of a certificate authority in place of Sigstore's; requires --fulcio-roots
   * @param fulcioRoots the root certificates of that authority, in PEM
   * @param ctLogKey the public key of its certificate log; without it, certificates need no log entry
   * @param rekor the URL of a transparency log in place of Sigstore's; requires --rekor-key
   * @param rekorKey the public key of that log, in PEM
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry reachable only from this machine, as in tcp://127.0.0.1:5000
   * @param cosign an image in place of Slipway's, as tools.cosign in slipway.yaml, which verify does not read
   * @param base an image in place of Slipway's, as --cosign for tools.base
   * @param crane an image in place of Slipway's, as --cosign for tools.crane
   * @param curl an image in place of Slipway's, as --cosign for tools.curl
   */
  @func({ cache: "never" })
  async verify(
    image: string,
    keys: File[] = [],
    identities: string[] = [],
    issuer?: string,
    workflowRepository?: string,
    attestations: string[] = ["sbom", "vulnerabilities", "tests", "provenance"],
    maxAge: string = "7d",
    severities: string[] = ["CRITICAL", "HIGH"],
    ignoreUnfixed: boolean = false,
    except: string[] = [],
    log: boolean = false,
    fulcio?: string,
    fulcioRoots?: File,
    ctLogKey?: File,
    rekor?: string,
    rekorKey?: File,
    registryUsername?: string,
    registryPassword?: Secret,
    registryCa?: File,
    registryService?: Service,
    cosign?: string,
    base?: string,
    crane?: string,
    curl?: string,
  ): Promise<string> {
    return functions.verify({
      image,
      keys,
      identities,
      issuer,
      workflowRepository,
      attestations,
      maxAge,
      severities,
      ignoreUnfixed,
      except,
      log,
      authorities: { fulcio, fulcioRoots, ctLogKey, rekor, rekorKey },
      registryAccess: {
        username: registryUsername,
        password: registryPassword,
        ca: registryCa,
        service: registryService,
      },
      tools: { cosign, base, crane, curl },
    });
  }
}
