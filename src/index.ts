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
   * Returns the verdict, with one line for each check. Fails with VERDICT_FAILED and the same lines when a
   * check failed or could not run. No check stops another. If a call passed, the engine answers the same call
   * from its cache for 30 minutes.
   *
   * Fails at the start with CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID,
   * DEFAULTS_IN_SOURCE, SOURCE_MISSING, SOURCE_EMPTY, SOURCE_NOT_PYTHON, SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   * Fails at the start with ARGUMENT_INVALID for an invalid --shard, --today or name of a commit. Fails with
   * HISTORY_MISSING when such a name lacks a valid --git, and with BASE_NOT_FOUND, BASE_UNRELATED or
   * BASE_IS_HEAD when --policy-ref leads to no other commit. Fails with BASELINE_INVALID, SBOM_INVALID or
   * SECRET_UNNAMED for an invalid --baseline, --previous-sbom or --secrets. With --shard, returns the verdict
   * of that part, and does not preview the bump.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param service the name of one service; default: all services
   * @param vulnerabilityDb a folder with Trivy's vulnerability database (trivy.db and metadata.json, or
   *   db.tar.gz, or an OCI layout), for machines without internet; default: it is downloaded
   * @param secrets secrets, each as env://NAME or file://PATH/NAME; slipway.yaml lists, by NAME, which step
   *   gets which secret
   * @param run a name for this run, such as a build number: only calls with the same name share test results;
   *   default: by reuse in slipway.yaml
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param base a branch, tag or commit: only services affected by changes since it are checked;
   *   gates.changedCoverage and gates.coverageDrop apply; requires --git
   * @param git the .git folder of a clone that has the commit to compare with, as in --git=.git
   * @param baseCoverage the summary.json of a run on the base, for gates.coverageDrop; default: this call
   *   runs the tests of the base
   * @param previousSbom the SBOM of each service from an earlier release, such as sbom.syft.json: the reports
   *   list changed packages, which do not block
   * @param baselineRef a branch, tag or commit: a finding that its merge base with HEAD already has does not
   *   block; requires --git
   * @param shard INDEX/TOTAL, as in 2/4: this machine runs only that part of the checks, and merge-reports
   *   joins the parts; default: all checks
   * @param policyRef a branch, tag or commit: the policy of its merge base with HEAD judges the source;
   *   requires --git
   * @param policyApproved names of approved weaker policies, as the check policy prints them
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
    policyRef?: string,
    policyApproved: string[] = [],
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
      policyRef,
      policyApproved,
    });
  }

  /**
   * Returns the reports of the run that ci makes, whether it passed or failed.
   *
   * Returns a folder with index.html, summary.json, findings.json and findings.sarif, and for each check its
   * tool's own files: SARIF, JUnit, coverage, SBOM. After ci with the same arguments, no check runs again.
   *
   * Fails only when ci fails at the start.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param service the name of one service; default: all services
   * @param vulnerabilityDb a folder with Trivy's vulnerability database (trivy.db and metadata.json, or
   *   db.tar.gz, or an OCI layout), for machines without internet; default: it is downloaded
   * @param secrets secrets, each as env://NAME or file://PATH/NAME; slipway.yaml lists, by NAME, which step
   *   gets which secret
   * @param run a name for this run, such as a build number: only calls with the same name share test results;
   *   default: by reuse in slipway.yaml
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param base a branch, tag or commit: only services affected by changes since it are checked;
   *   gates.changedCoverage and gates.coverageDrop apply; requires --git
   * @param git the .git folder of a clone that has the commit to compare with, as in --git=.git
   * @param baseCoverage the summary.json of a run on the base, for gates.coverageDrop; default: this call
   *   runs the tests of the base
   * @param previousSbom the SBOM of each service from an earlier release, such as sbom.syft.json: the reports
   *   list changed packages, which do not block
   * @param baselineRef a branch, tag or commit: a finding that its merge base with HEAD already has does not
   *   block; requires --git
   * @param shard INDEX/TOTAL, as in 2/4: this machine runs only that part of the checks, and merge-reports
   *   joins the parts; default: all checks
   * @param policyRef a branch, tag or commit: the policy of its merge base with HEAD judges the source;
   *   requires --git
   * @param policyApproved names of approved weaker policies, as the check policy prints them
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
    policyRef?: string,
    policyApproved: string[] = [],
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
      policyRef,
      policyApproved,
    });
  }

  /**
   * Lists the services affected by changes since a base, with reasons, as JSON.
   *
   * Returns one line of JSON, for a workflow's matrix. A changed file affects each service whose checks read
   * it. Such files are in its folder, its local libraries or its image context, or are its lock file,
   * settings or manifests. A changed configuration, or a changed file that no service is known to read,
   * affects every service. Without --base, it lists every service.
   *
   * Fails with BASE_NOT_FOUND, BASE_UNRELATED or HISTORY_UNREADABLE when git cannot compare with the base.
   * Fails with ARGUMENT_INVALID or HISTORY_MISSING for an invalid --base or --git. Fails at the start with
   * CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING,
   * SOURCE_EMPTY, SOURCE_NOT_PYTHON, SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param base a branch, tag or commit to compare with; requires --git
   * @param git the .git folder of a clone that has the commit to compare with, as in --git=.git
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
   * Returns the same files as reports does for a run without shards. If a shard is missing, the merged
   * verdict is errored, and merged-verdict fails.
   *
   * Fails with SHARDS_MIXED when the shards are from different runs, or one occurs twice. Fails with
   * SHARD_MISSING when there is no shard. Fails with REPORT_MALFORMED, REPORT_CONTRADICTORY, REPORT_MISSING
   * or PATH_OUTSIDE_REPORTS when a report cannot be trusted.
   *
   * @param reports a folder with one folder per shard, each as the function reports exported it
   */
  @func({ cache: "session" })
  async mergeReports(reports: Directory): Promise<Directory> {
    return functions.mergeReports({ reports });
  }

  /**
   * Merges the reports of all shards of a run into one verdict.
   *
   * Returns the verdict, with one line for each check. Fails with VERDICT_FAILED and the same lines when a
   * check failed or could not run. Also fails when a shard is missing, and whenever merge-reports fails.
   *
   * @param reports a folder with one folder per shard, each as the function reports exported it
   */
  @func({ cache: "30m" })
  async mergedVerdict(reports: Directory): Promise<string> {
    return functions.mergedVerdict({ reports });
  }

  /**
   * Checks code, types, scripts, Dockerfiles, workflows and YAML files.
   *
   * Runs the linters, formatters and type checkers that the repository configures, and ruff if it configures
   * no linter. Runs shellcheck, hadolint, actionlint and zizmor on other files, and yamllint if it is
   * configured.
   *
   * Returns the verdict, with one line for each check. Fails with VERDICT_FAILED and the same lines when a
   * check failed or could not run. Fails at the start with CONFIG_INVALID, CONFIG_UNREADABLE,
   * CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING, SOURCE_EMPTY, SOURCE_NOT_PYTHON,
   * SERVICE_NOT_FOUND or PATH_NOT_FOUND. Fails at the start with ARGUMENT_INVALID, BASELINE_INVALID or
   * HISTORY_MISSING for an invalid --today, --baseline or --git.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param service the name of one service; default: all services
   * @param run a name for this run, such as a build number: a call with another name runs again
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param git the .git folder of a clone that has the commit to compare with, as in --git=.git
   * @param baselineRef a branch, tag or commit: a finding that its merge base with HEAD already has does not
   *   block; requires --git
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
   * Returns the changes. dagger shows them and asks before it applies them; dagger call -y does not ask.
   * Fails with the tool's own error when a file cannot be parsed. Fails with the service's error, such as
   * PROJECT_INVALID, when Slipway cannot read a service's project files. Fails at the start with
   * CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING,
   * SOURCE_EMPTY, SOURCE_NOT_PYTHON, SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
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
   * Returns the changes. dagger shows them and asks before it applies them; dagger call -y does not ask.
   * Existing files stay, so a second call changes nothing. Asks registries for digests unless slipway.lock
   * exists.
   *
   * Fails with PATH_OUTSIDE_SOURCE when the path of a new file leads through a symlink. Fails with
   * IMAGE_UNAVAILABLE, and names each image without a digest. Fails with HISTORY_MISSING for an invalid
   * --git, and with ARGUMENT_INVALID for an invalid --wrappers or --registry. Fails at the start with
   * CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING,
   * SOURCE_EMPTY, SOURCE_NOT_PYTHON, SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param wrappers the CI systems to write files for: github, jenkins, gitlab; auto: github if
   *   .github/workflows exists; none: no file; default: auto
   * @param registry the registry and path for images, as in registry.example.com/shop: a service without an
   *   image name gets one under it
   * @param manifests whether to write a kustomize base and overlays for staging and production, if there are
   *   no manifests; default: false
   * @param argocd the URL of the repository that Argo CD follows: init writes an Application for each
   *   overlay; default: no Application
   * @param pin whether to pin the tools' images in slipway.lock, as lock does; default: true
   * @param git the .git folder, to find the default branch for the workflow; default: main and master
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
   * Reports what is missing or wrong, with remedies, and runs no check.
   *
   * Returns one line for each subject, problems first: slipway.yaml, services, tests, Dockerfiles, overlays,
   * the lock, release settings, the clone. Fails with SETUP_WRONG and the same lines when a problem keeps ci
   * or a release from working. Advice alone does not make it fail. Runs no tool but git.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param git the repository's .git folder, as in --git=.git: doctor examines the clone too
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
   * Returns the changes. dagger shows them and asks before it applies them; dagger call -y does not ask.
   * Changes nothing when all digests are current. Asks the registries at each call. Tools that are Python
   * packages are not in the lock: the modules pin their versions.
   *
   * Fails with IMAGE_UNAVAILABLE, and names each image without a digest. Fails at the start with
   * CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING,
   * SOURCE_EMPTY, SOURCE_NOT_PYTHON, SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
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
   * Starts the containers that the tests need, and runs the tests with coverage.
   *
   * Returns the verdict, with one line for each check. Fails with VERDICT_FAILED and the same lines when a
   * check failed or could not run. Fails when a test fails or coverage is below gates.coverage: by default
   * the limit that the service sets itself, else 80 % of lines. Fails at the start with CONFIG_INVALID,
   * CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING, SOURCE_EMPTY,
   * SOURCE_NOT_PYTHON, SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param service the name of one service; default: all services
   * @param secrets secrets, each as env://NAME or file://PATH/NAME; slipway.yaml lists, by NAME, which step
   *   gets which secret
   * @param run a name for this run, such as a build number: only calls with the same name share test results;
   *   default: by reuse in slipway.yaml
   * @param base a branch, tag or commit, for gates.changedCoverage and gates.coverageDrop; requires --git
   * @param git the .git folder of a clone that has the commit to compare with, as in --git=.git
   * @param baseCoverage the summary.json of a run on the base, for gates.coverageDrop; default: this call
   *   runs the tests of the base
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
   * Returns the verdict, with one line for each check. Fails with VERDICT_FAILED and the same lines when a
   * check failed or could not run. A finding blocks if gates.severity lists its severity or a lower one: by
   * default, CRITICAL and HIGH block. A missing vulnerability database is an error. Fails at the start with
   * CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING,
   * SOURCE_EMPTY, SOURCE_NOT_PYTHON, SERVICE_NOT_FOUND or PATH_NOT_FOUND. Fails at the start with
   * ARGUMENT_INVALID, BASELINE_INVALID or HISTORY_MISSING for an invalid --today, --baseline or --git.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param vulnerabilityDb a folder with Trivy's vulnerability database (trivy.db and metadata.json, or
   *   db.tar.gz, or an OCI layout), for machines without internet; default: it is downloaded
   * @param run a name for this run, such as a build number: a call with another name runs again
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param base a branch, tag or commit: gitleaks searches the commits since its merge base with HEAD;
   *   requires --git
   * @param git the .git folder of a clone that has the commit to compare with, as in --git=.git
   * @param baselineRef a branch, tag or commit: a finding that its merge base with HEAD already has does not
   *   block; requires --git
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
   * Returns the verdict, with one line for each check. Fails with VERDICT_FAILED and the same lines when a
   * check failed or could not run. Fails at the start with CONFIG_INVALID, CONFIG_UNREADABLE,
   * CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING, SOURCE_EMPTY, SOURCE_NOT_PYTHON,
   * SERVICE_NOT_FOUND or PATH_NOT_FOUND. Fails at the start with ARGUMENT_INVALID, BASELINE_INVALID or
   * HISTORY_MISSING for an invalid --today, --baseline or --git.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param run a name for this run, such as a build number: a call with another name runs again
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param git the .git folder of a clone that has the commit to compare with, as in --git=.git
   * @param baselineRef a branch, tag or commit: a finding that its merge base with HEAD already has does not
   *   block; requires --git
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
   * would change. Plans again at every call; a planned change does not block.
   *
   * Returns the verdict, with one line for each check. Fails with VERDICT_FAILED and the same lines when a
   * check failed or could not run. Fails at the start with CONFIG_INVALID, CONFIG_UNREADABLE,
   * CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING, SOURCE_EMPTY, SOURCE_NOT_PYTHON,
   * SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param secrets credentials for providers and backends, each as env://NAME, as in env://AWS_ACCESS_KEY_ID
   * @param run a name for this run, such as a build number: a call with another name runs again
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
   * Returns a container to run, export or inspect. Fails with DOCKERFILE_NOT_FOUND when the service has no
   * Dockerfile. Fails with SERVICE_AMBIGUOUS when there are several services and no --service. Fails with
   * SECRET_MISSING when the call lacks a secret. Fails at the start with CONFIG_INVALID, CONFIG_UNREADABLE,
   * CONFIG_NOT_FOUND, LOCK_INVALID, DEFAULTS_IN_SOURCE, SOURCE_MISSING, SOURCE_EMPTY, SOURCE_NOT_PYTHON,
   * SERVICE_NOT_FOUND or PATH_NOT_FOUND.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param service the service's name; required when the source has several services
   * @param secrets secrets that services.NAME.image.secrets lists, as in env://PIP_TOKEN
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
   * Builds a service's image and returns its software bill of materials (SBOM).
   *
   * Returns a folder with sbom.spdx.json (SPDX 2.3), sbom.cdx.json (CycloneDX 1.6) and sbom.syft.json. Fails
   * as build does, and with SBOM_INVALID for an invalid --previous-sbom.
   *
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param service the service's name; required when the source has several services
   * @param previousSbom the SBOM of an earlier release, such as sbom.syft.json: changes.json lists changed
   *   packages
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
   * Changes only the lines that name an image; kustomize verifies that nothing else differs. Writes to no
   * repository: add export --path=FOLDER to the call to write the returned files.
   *
   * Fails at the start with ARGUMENT_INVALID, TAG_INVALID, DIGEST_INVALID or IMAGE_NAME_INVALID. Fails with
   * KUSTOMIZATION_NOT_FOUND or KUSTOMIZATION_INVALID because of the overlay. Fails with IMAGE_NOT_FOUND when
   * the overlay has no such image, and with DIGEST_PINNED when a tag would replace a digest. Fails with
   * BUMP_CHANGED_MORE when more than the images would change.
   *
   * @param images images to set, each as NAME:TAG, NAME@sha256:… or NAME=NEWNAME:TAG
   * @param source the repository, as in --source=., or a folder with the services; a toolchain's default: the
   *   repository that installs it
   * @param config the configuration file's path in the source; default: slipway.yaml, if it exists
   * @param overlay an overlay's folder in the source; default: all in bump.overlays
   * @param replaceDigest whether a tag may replace a digest; default: false
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
   * Runs the checks. If all pass, it publishes the images by digest, signs and attests them, copies them to
   * replicas, and tags them. Then commits the digests to the GitOps repository. Returns a list of what is
   * public.
   *
   * Fails with RELEASE_REFUSED when this call wrote nothing, and with RELEASE_INCOMPLETE when it wrote only a
   * part. Repeat the call to continue: it skips what is done. Fails at the start with ARGUMENT_INVALID,
   * SIGNER_MISSING, NO_TAGS, TAG_INVALID, TAG_RULE_INVALID, FACT_MISSING or a configuration error. Never
   * cached.
   *
   * @param git the .git folder, as in --git=.git: only committed files are released
   * @param config the path of the configuration file in the repository; default: slipway.yaml
   * @param service the name of one service; default: all services
   * @param commit the commit's full id; default: the commit that is checked out
   * @param commitTime the time of the commit, in ISO 8601, as in 2026-01-02T03:04:05Z; default: the time in
   *   git
   * @param branch the branch that is released; default: the one checked out
   * @param tag the git tag that is released; default: the tags of the commit
   * @param pullRequest the number of the pull request; default: none
   * @param baseBranch the branch that the pull request targets; default: none
   * @param defaultBranch the repository's default branch; default: origin's
   * @param scheduled whether a schedule started the release, for tags of type=schedule; default: false
   * @param sourceUrl the repository's public URL, for image labels and provenance; default: origin's URL
   *   without credentials
   * @param builder a URI that names who runs the release, for the provenance, such as the workflow's URL;
   *   default: urn:slipway:local
   * @param registry a registry that replaces the one in the images' names, as HOST or HOST:PORT
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry of this machine, as in tcp://127.0.0.1:5000
   * @param replicaUsername the user name for the replicas' registry
   * @param replicaPassword the password or token of that user
   * @param replicaCa additional CA certificates for that registry, in PEM
   * @param replicaService a registry of this machine for replicas, as in tcp://127.0.0.1:5000
   * @param signingKey the private key that signs images, in cosign's format
   * @param signingPassword the passphrase of that key
   * @param identityToken an OpenID Connect token with the audience sigstore, to sign without a key
   * @param fulcioRoots root certificates, in PEM, of the certificate authority at release.sign.keyless.fulcio
   *   in slipway.yaml; default: Sigstore's
   * @param ctLogKey the public key of that authority's certificate log; without it, certificates need no log
   *   entry
   * @param rekorKey the public key, in PEM, of the transparency log at release.sign.keyless.rekor in
   *   slipway.yaml; default: Sigstore's
   * @param kmsSecrets credentials for the key management service that slipway.yaml names: env://VAULT_TOKEN
   *   sets its variable VAULT_TOKEN
   * @param gitopsRepository the URL of the GitOps repository; default: the one in slipway.yaml
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param gitSigningKey a private ssh key that signs the GitOps commit; default: the commit is not signed
   * @param forgeToken a GitHub, GitLab or Gitea API token, for pull requests
   * @param vulnerabilityDb a folder with Trivy's vulnerability database (trivy.db and metadata.json, or
   *   db.tar.gz, or an OCI layout), for machines without internet; default: it is downloaded
   * @param secrets secrets, each as env://NAME or file://PATH/NAME; slipway.yaml lists, by NAME, which step
   *   gets which secret
   * @param run a name for this run, such as a build number: only calls with the same name share test results;
   *   default: by reuse in slipway.yaml
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param until publish: ends before signing, and writes the folder evidence for the call that signs;
   *   default: the whole release
   * @param evidence what a call with --until=publish wrote: its images are signed; nothing is built
   * @param evidenceDigest the digest of that folder, as that call printed it
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
    until?: string,
    evidence?: Directory,
    evidenceDigest?: string,
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
      until,
      evidence,
      evidenceDigest,
    });
  }

  /**
   * Releases as release does, and returns the reports, even when a stage failed.
   *
   * Returns the reports of the checks with release.json, which says what is public, and release.txt. Fails
   * only when release fails at the start. Never cached: a second call releases again, and skips what is done.
   *
   * @param git the .git folder, as in --git=.git: only committed files are released
   * @param config the path of the configuration file in the repository; default: slipway.yaml
   * @param service the name of one service; default: all services
   * @param commit the commit's full id; default: the commit that is checked out
   * @param commitTime the time of the commit, in ISO 8601, as in 2026-01-02T03:04:05Z; default: the time in
   *   git
   * @param branch the branch that is released; default: the one checked out
   * @param tag the git tag that is released; default: the tags of the commit
   * @param pullRequest the number of the pull request; default: none
   * @param baseBranch the branch that the pull request targets; default: none
   * @param defaultBranch the repository's default branch; default: origin's
   * @param scheduled whether a schedule started the release, for tags of type=schedule; default: false
   * @param sourceUrl the repository's public URL, for image labels and provenance; default: origin's URL
   *   without credentials
   * @param builder a URI that names who runs the release, for the provenance, such as the workflow's URL;
   *   default: urn:slipway:local
   * @param registry a registry that replaces the one in the images' names, as HOST or HOST:PORT
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry of this machine, as in tcp://127.0.0.1:5000
   * @param replicaUsername the user name for the replicas' registry
   * @param replicaPassword the password or token of that user
   * @param replicaCa additional CA certificates for that registry, in PEM
   * @param replicaService a registry of this machine for replicas, as in tcp://127.0.0.1:5000
   * @param signingKey the private key that signs images, in cosign's format
   * @param signingPassword the passphrase of that key
   * @param identityToken an OpenID Connect token with the audience sigstore, to sign without a key
   * @param fulcioRoots root certificates, in PEM, of the certificate authority at release.sign.keyless.fulcio
   *   in slipway.yaml; default: Sigstore's
   * @param ctLogKey the public key of that authority's certificate log; without it, certificates need no log
   *   entry
   * @param rekorKey the public key, in PEM, of the transparency log at release.sign.keyless.rekor in
   *   slipway.yaml; default: Sigstore's
   * @param kmsSecrets credentials for the key management service that slipway.yaml names: env://VAULT_TOKEN
   *   sets its variable VAULT_TOKEN
   * @param gitopsRepository the URL of the GitOps repository; default: the one in slipway.yaml
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param gitSigningKey a private ssh key that signs the GitOps commit; default: the commit is not signed
   * @param forgeToken a GitHub, GitLab or Gitea API token, for pull requests
   * @param vulnerabilityDb a folder with Trivy's vulnerability database (trivy.db and metadata.json, or
   *   db.tar.gz, or an OCI layout), for machines without internet; default: it is downloaded
   * @param secrets secrets, each as env://NAME or file://PATH/NAME; slipway.yaml lists, by NAME, which step
   *   gets which secret
   * @param run a name for this run, such as a build number: only calls with the same name share test results;
   *   default: by reuse in slipway.yaml
   * @param baseline the findings.json of an earlier run: its findings do not block
   * @param today the date that waivers are compared with, as in 2027-01-31; default: today in UTC
   * @param until publish: ends before signing, and writes the folder evidence for the call that signs;
   *   default: the whole release
   * @param evidence what a call with --until=publish wrote: its images are signed; nothing is built
   * @param evidenceDigest the digest of that folder, as that call printed it
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
    until?: string,
    evidence?: Directory,
    evidenceDigest?: string,
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
      until,
      evidence,
      evidenceDigest,
    });
  }

  /**
   * Checks an image against a policy: signature, attestations, age of its scan.
   *
   * Returns the verdict, with one line for each requirement. Fails with VERDICT_FAILED unless all passed; a
   * requirement that cannot be checked does not pass. Asks the registry at each call.
   *
   * Fails with ARGUMENT_INVALID when the call has neither --keys nor --identities, and with IMAGE_NOT_FOUND
   * when the registry has no such digest.
   *
   * @param image the image, as NAME@sha256:…
   * @param keys public keys in PEM, such as cosign.pub; a signature by one is enough
   * @param identities identities of keyless signatures, in full or as /PATTERN/; a signature by one is
   *   enough; requires --issuer
   * @param issuer the issuer of the tokens of these identities, as in
   *   https://token.actions.githubusercontent.com
   * @param workflowRepository OWNER/NAME of the repository whose GitHub workflow signed; needed for a
   *   reusable workflow, whose callers share one identity
   * @param attestations required attestations: sbom, vulnerabilities, tests, provenance; default: all four
   * @param maxAge the greatest age of the newest scan, as in 12h; default: 7d
   * @param severities the only severities that block, of CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN; default:
   *   CRITICAL and HIGH
   * @param ignoreUnfixed whether unfixed vulnerabilities pass; default: false
   * @param except ids of vulnerabilities that pass
   * @param log whether key signatures need an entry in a transparency log, as identity signatures always do;
   *   default: false
   * @param fulcio the URL of a certificate authority in place of Sigstore's; requires --fulcio-roots
   * @param fulcioRoots that authority's root certificates, in PEM
   * @param ctLogKey the public key of its certificate log; without it, certificates need no log entry
   * @param rekor the URL of a transparency log in place of Sigstore's; requires --rekor-key
   * @param rekorKey the public key of that log, in PEM
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry of this machine, as in tcp://127.0.0.1:5000
   * @param cosign an image with cosign in place of Slipway's
   * @param base an image in place of Slipway's base image (tools.base)
   * @param crane an image with crane in place of Slipway's
   * @param curl an image with curl in place of Slipway's
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

  /**
   * Lists the environments of a GitOps repository with their images.
   *
   * Returns the environments in their order, each with the images that Git wishes there, what the environment
   * before it has, and what holds promotions back. Reads Git alone: `await` tells what runs.
   *
   * Fails with CONFIG_NOT_FOUND, CONFIG_INVALID or CONFIG_UNREADABLE because of that slipway.yaml, with
   * REPOSITORY_DENIED, REPOSITORY_NOT_FOUND, REPOSITORY_UNREACHABLE or BRANCH_NOT_FOUND because of the
   * repository, and with the error of kustomize when it cannot render an overlay. Fails with RECORD_BROKEN as
   * record does. Asks the server at each call.
   *
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   */
  @func({ cache: "never" })
  async environments(
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
  ): Promise<string> {
    return functions.environments({
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
      },
    });
  }

  /**
   * Waits until an environment runs exactly what Git wishes.
   *
   * Returns when each Application is synced to the branch's commit and healthy, and all its Pods report the
   * digests that Git names. Says what it waits for, while it waits. Writes the end of the wait on record, and
   * nothing else.
   *
   * Fails with DELIVERY_FAILED when a synchronisation fails or an Application stays degraded, and with
   * DELIVERY_TIMED_OUT after --timeout; the same call goes on. Fails with APPLICATION_UNSUITABLE when an
   * Application follows another path or branch, or does not synchronise by itself. Fails with
   * APPLICATION_DENIED when the token may not see it. Fails with ENVIRONMENT_NOT_FOUND, ENVIRONMENT_UNPINNED,
   * SECRET_MISSING or ARGUMENT_INVALID, RECORD_UNWRITTEN, and as environments does. Never cached.
   *
   * @param environment the environment's name
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param secrets Argo CD's token, as in env://ARGOCD_TOKEN; slipway.yaml of the GitOps repository names it
   * @param argocdCa CA certificates of Argo CD's server in PEM, in place of the public ones
   * @param argocdService an Argo CD that only this machine can reach, as in tcp://127.0.0.1:8080
   * @param timeout how long the call waits, as in 90s, 10m or 2h; default: 10m
   * @param by who makes the call, for the record, as in --by=alice; default: nobody is named
   */
  @func({ cache: "never" })
  async await(
    environment: string,
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    secrets: Secret[] = [],
    argocdCa?: File,
    argocdService?: Service,
    timeout: string = "10m",
    by?: string,
  ): Promise<string> {
    return functions.await({
      environment,
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
      },
      secrets,
      argocdAccess: { ca: argocdCa, service: argocdService },
      timeout,
      by,
    });
  }

  /**
   * Waits as await does, then watches the queries of an environment.
   *
   * Returns when each query of `confirm` in slipway.yaml had enough values for as long as it asks, all within
   * the bounds. Fails with CONFIRMATION_FAILED at the first value out of bounds. Fails with
   * CONFIRMATION_UNKNOWN when there are too few values. Writes the end on record, and nothing else.
   *
   * Fails with SERVER_DENIED when Prometheus refuses the login, and QUERY_INVALID when it refuses a query.
   * Fails with CONFIG_INVALID when the environment has no queries, and as await does. Never cached.
   *
   * @param environment the environment's name
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param secrets Argo CD's token, as in env://ARGOCD_TOKEN; slipway.yaml of the GitOps repository names it
   * @param argocdCa CA certificates of Argo CD's server in PEM, in place of the public ones
   * @param argocdService an Argo CD that only this machine can reach, as in tcp://127.0.0.1:8080
   * @param prometheusCa additional CA certificates for Prometheus, in PEM
   * @param prometheusService a Prometheus that only this machine can reach, as in tcp://127.0.0.1:9090
   * @param timeout how long the call waits, as in 90s, 10m or 2h; default: 10m
   * @param by who makes the call, for the record, as in --by=alice; default: nobody is named
   */
  @func({ cache: "never" })
  async confirm(
    environment: string,
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    secrets: Secret[] = [],
    argocdCa?: File,
    argocdService?: Service,
    prometheusCa?: File,
    prometheusService?: Service,
    timeout: string = "10m",
    by?: string,
  ): Promise<string> {
    return functions.confirm({
      environment,
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
      },
      secrets,
      argocdAccess: { ca: argocdCa, service: argocdService },
      prometheusAccess: { ca: prometheusCa, service: prometheusService },
      timeout,
      by,
    });
  }

  /**
   * Tells which environments run what Git wishes, at a glance.
   *
   * Returns a line for each environment: it runs the branch's commit, or what is missing, or why nobody could
   * look. Also since when it is on record as running its images, and whether it is held or frozen. Looks
   * once, as await does, and does not wait.
   *
   * Fails as environments does; an environment that cannot be looked at is of unknown state. Never cached.
   *
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param secrets Argo CD's token, as in env://ARGOCD_TOKEN; slipway.yaml of the GitOps repository names it
   * @param argocdCa CA certificates of Argo CD's server in PEM, in place of the public ones
   * @param argocdService an Argo CD that only this machine can reach, as in tcp://127.0.0.1:8080
   */
  @func({ cache: "never" })
  async status(
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    secrets: Secret[] = [],
    argocdCa?: File,
    argocdService?: Service,
  ): Promise<string> {
    return functions.status({
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
      },
      secrets,
      argocdAccess: { ca: argocdCa, service: argocdService },
    });
  }

  /**
   * Stops promotions to an environment, until somebody resumes it.
   *
   * Returns what is in force. promote refuses with PROMOTION_REFUSED while it is; rollback stays possible.
   * The hold is on record. A repeated call changes nothing.
   *
   * Fails with ARGUMENT_INVALID, ENVIRONMENT_NOT_FOUND or RECORD_BROKEN, as environments does, and with the
   * errors of a push: BRANCH_PROTECTED, PUSH_REFUSED, PUSH_TIMED_OUT. Never cached.
   *
   * @param environment the environment's name
   * @param reason why, in a sentence: it is on record
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param until when it ends by itself, as in 2h, 3d or 2026-12-24T18:00:00Z; default: never
   * @param by who makes the call, for the record, as in --by=alice; default: nobody is named
   */
  @func({ cache: "never" })
  async hold(
    environment: string,
    reason: string,
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    until?: string,
    by?: string,
  ): Promise<string> {
    return functions.hold({
      environment,
      reason,
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
      },
      until,
      by,
    });
  }

  /**
   * Ends the hold of an environment, also that of a rollback.
   *
   * Returns what is in force. Images that a rollback took away may come again. It is on record. A repeated
   * call changes nothing. Fails as hold does. Never cached.
   *
   * @param environment the environment's name
   * @param reason why, in a sentence: it is on record
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param by who makes the call, for the record, as in --by=alice; default: nobody is named
   */
  @func({ cache: "never" })
  async resume(
    environment: string,
    reason: string,
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    by?: string,
  ): Promise<string> {
    return functions.resume({
      environment,
      reason,
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
      },
      by,
    });
  }

  /**
   * Shows who promoted and rolled back what, and checks that nothing was changed.
   *
   * Returns the entries of the record, the newest first: promotions, rollbacks, and how the wait for each
   * ended. Fails with RECORD_BROKEN when an entry is missing, or lacks the hash of the one before, or the
   * commits that it tells of name another.
   *
   * Fails with ENVIRONMENT_NOT_FOUND, and as environments does. Asks the server at each call.
   *
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param environment the environment; default: all
   */
  @func({ cache: "never" })
  async record(
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    environment?: string,
  ): Promise<string> {
    return functions.record({
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
      },
      environment,
    });
  }

  /**
   * Promotes what runs in one environment to the next, and waits until it runs.
   *
   * Sets the images of the environment before, by digest, in one commit. Fails with PROMOTION_REFUSED when
   * they do not run there, or newer ones are in the environment already. Then waits as await does, and
   * watches as confirm does if the environment has queries. A repeated call goes on where it was: images that
   * are set already cause no commit.
   *
   * Several environments get the images in waves. One that comes after another waits until that one runs them
   * and is confirmed. All of them are checked before the first commit, and the first failure ends it.
   *
   * Fails with EVIDENCE_REFUSED when an image lacks what the environment asks for. Fails as confirm does, and
   * with the errors of a push: BRANCH_PROTECTED, PUSH_REFUSED, PUSH_TIMED_OUT, SIGNING_FAILED. Never cached.
   *
   * @param to the environment that gets the images; several, as --to=eu,us, in waves
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param gitSigningKey a private ssh key that signs the GitOps commit; default: the commit is not signed
   * @param secrets Argo CD's token, as in env://ARGOCD_TOKEN; slipway.yaml of the GitOps repository names it
   * @param argocdCa CA certificates of Argo CD's server in PEM, in place of the public ones
   * @param argocdService an Argo CD that only this machine can reach, as in tcp://127.0.0.1:8080
   * @param prometheusCa additional CA certificates for Prometheus, in PEM
   * @param prometheusService a Prometheus that only this machine can reach, as in tcp://127.0.0.1:9090
   * @param timeout how long the call waits, as in 90s, 10m or 2h; default: 10m
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry of this machine, as in tcp://127.0.0.1:5000
   * @param resume whether images that a rollback took away may come again; default: false
   * @param by who makes the call, for the record, as in --by=alice; default: nobody is named
   */
  @func({ cache: "never" })
  async promote(
    to: string[],
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    gitSigningKey?: Secret,
    secrets: Secret[] = [],
    argocdCa?: File,
    argocdService?: Service,
    prometheusCa?: File,
    prometheusService?: Service,
    timeout: string = "10m",
    registryUsername?: string,
    registryPassword?: Secret,
    registryCa?: File,
    registryService?: Service,
    resume: boolean = false,
    by?: string,
  ): Promise<string> {
    return functions.promote({
      to,
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
        signingKey: gitSigningKey,
      },
      secrets,
      argocdAccess: { ca: argocdCa, service: argocdService },
      prometheusAccess: { ca: prometheusCa, service: prometheusService },
      timeout,
      registryAccess: {
        username: registryUsername,
        password: registryPassword,
        ca: registryCa,
        service: registryService,
      },
      resume,
      by,
    });
  }

  /**
   * Sets the images that an environment had before, and waits until they run.
   *
   * Sets the images of the commit before the newest change, or of --commit, by digest, in one commit.
   * Promotions of releases from before it are refused, unless they say --resume. Then waits as await does. A
   * repeated call goes to the same images, and not further back.
   *
   * Fails with ROLLBACK_REFUSED when it is not known what was there before, or --commit is not part of the
   * branch, and otherwise as promote does. Never cached.
   *
   * @param environment the environment that goes back
   * @param reason why, in a sentence: it is in the commit's message
   * @param gitopsRepository the URL of the GitOps repository, with the key environments in its slipway.yaml
   * @param gitopsBranch the branch that Argo CD follows; default: main
   * @param gitUsername the user name for the GitOps repository over https
   * @param gitPassword the password or token of that user
   * @param gitSshKey the private key for the GitOps repository over ssh
   * @param gitKnownHosts a known_hosts file with the git server's ssh keys
   * @param gitCa additional CA certificates for the git server, in PEM
   * @param gitService a git server that only this machine can reach, as in tcp://127.0.0.1:3000
   * @param gitSigningKey a private ssh key that signs the GitOps commit; default: the commit is not signed
   * @param secrets Argo CD's token, as in env://ARGOCD_TOKEN; slipway.yaml of the GitOps repository names it
   * @param argocdCa CA certificates of Argo CD's server in PEM, in place of the public ones
   * @param argocdService an Argo CD that only this machine can reach, as in tcp://127.0.0.1:8080
   * @param timeout how long the call waits, as in 90s, 10m or 2h; default: 10m
   * @param registryUsername the user name for the registry
   * @param registryPassword the password or token of that user
   * @param registryCa additional CA certificates for the registry, in PEM
   * @param registryService a registry of this machine, as in tcp://127.0.0.1:5000
   * @param commit a commit of the GitOps repository, by its full id: its images are set; default: the one
   *   before the newest change
   * @param by who makes the call, for the record, as in --by=alice; default: nobody is named
   */
  @func({ cache: "never" })
  async rollback(
    environment: string,
    reason: string,
    gitopsRepository: string,
    gitopsBranch: string = "main",
    gitUsername?: string,
    gitPassword?: Secret,
    gitSshKey?: Secret,
    gitKnownHosts?: File,
    gitCa?: File,
    gitService?: Service,
    gitSigningKey?: Secret,
    secrets: Secret[] = [],
    argocdCa?: File,
    argocdService?: Service,
    timeout: string = "10m",
    registryUsername?: string,
    registryPassword?: Secret,
    registryCa?: File,
    registryService?: Service,
    commit?: string,
    by?: string,
  ): Promise<string> {
    return functions.rollback({
      environment,
      reason,
      gitopsRepository,
      gitopsBranch,
      gitAccess: {
        username: gitUsername,
        password: gitPassword,
        sshKey: gitSshKey,
        knownHosts: gitKnownHosts,
        ca: gitCa,
        service: gitService,
        signingKey: gitSigningKey,
      },
      secrets,
      argocdAccess: { ca: argocdCa, service: argocdService },
      timeout,
      registryAccess: {
        username: registryUsername,
        password: registryPassword,
        ca: registryCa,
        service: registryService,
      },
      commit,
      by,
    });
  }
}
