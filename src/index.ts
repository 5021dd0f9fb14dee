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
import { affectedServices } from "#pipelines/affected/affected.ts";
import { writePlan } from "#pipelines/affected/plan-json.ts";
import { ci } from "#pipelines/ci.ts";
import { buildServiceImage } from "#pipelines/commands/build.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { fix } from "#pipelines/commands/fix.ts";
import { refreshLock } from "#pipelines/commands/lock.ts";
import { describeImage } from "#pipelines/commands/sbom.ts";
import { setImages } from "#pipelines/commands/set-images.ts";
import { doctor } from "#pipelines/doctor/doctor.ts";
import { doctorScreen } from "#pipelines/doctor/screen.ts";
import { init } from "#pipelines/init/init.ts";
import { merge } from "#pipelines/merge/merge.ts";
import { release } from "#pipelines/release/release.ts";
import { releaseScreen } from "#pipelines/release/screen.ts";
import { mergedHint, reportsHint, screenOf } from "#pipelines/reports/screen.ts";
import { byContent, settle } from "#pipelines/source/by-content.ts";
import { withoutReports } from "#pipelines/source/own-reports.ts";
import { verificationScreen } from "#pipelines/verify/screen.ts";
import { verify } from "#pipelines/verify/verify.ts";
import { releaseRequest } from "./release-request.ts";

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
      settle,
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
      settle,
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
      ],
    })
    source: Directory,
    config?: string,
    base?: string,
    git?: Directory,
  ): Promise<string> {
    return writePlan(await affectedServices({ source: await byContent(source), config, base, git }));
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
      await checkKind("lint", { source: await byContent(source), config, service, run, baseline, today }),
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
      ],
    })
    source: Directory,
    config?: string,
    service?: string,
  ): Promise<Changeset> {
    return fix({ source: await withoutReports(source), config, service });
  }

  /**
   * Writes what a repository needs to be checked and delivered, from what it holds: slipway.yaml, slipway.lock, the file by
   * which a CI system calls Slipway, manifests for Kubernetes, Applications for Argo CD.
   *
   * Returns the changes; dagger shows them and asks before it applies them to the current folder. Of a file that is
   * there nothing is changed, so a second call changes nothing. Fails with ARGUMENT_INVALID on an argument;
   * HISTORY_MISSING where git is no folder .git; PATH_OUTSIDE_SOURCE where a symbolic link lies on the way to a file; IMAGE_UNAVAILABLE, naming each, when a registry
   * does not tell a digest; SOURCE_EMPTY, SOURCE_NOT_PYTHON, CONFIG_INVALID as ci does. Asks the registries at each call.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param wrappers the CI systems that call Slipway: github, jenkins, gitlab; auto alone, the default, means github where
   *   there are workflows already; none alone means none
   * @param registry where images are pushed, as in registry.example.com/shop; an image is named by its service below it,
   *   where no kustomization names it already
   * @param manifests whether a base and overlays for staging and production are written into k8s, where the repository
   *   has no kustomization and no chart; needs a Dockerfile and an image's name; false by default
   * @param argocd the git repository that the cluster follows: an Argo CD Application for each overlay is written; none by
   *   default
   * @param pin whether the tools' images are pinned in slipway.lock, as lock does; true by default
   * @param git the repository's folder .git: GitHub's workflow is run for the default branch that it tells of; without it
   *   for main and master
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
    return init({
      source: await withoutReports(source),
      wrappers,
      registry,
      manifests,
      argocd,
      lock: pin,
      git,
    });
  }

  /**
   * Tells what is missing or wrong before a check runs, each with what to do about it: slipway.yaml, services, tests,
   * Dockerfiles, overlays, the lock, release settings, the clone.
   *
   * Returns a line each, wrong ones first. Fails with SETUP_WRONG and the same lines when something is wrong, that is,
   * keeps ci or a release from working; mere advice does not fail. Runs no tool but git.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
   * @param git the repository's folder .git: what the clone lacks is told too
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
    return doctorScreen(await doctor({ source: await withoutReports(source), config, git }));
  }

  /**
   * Pins the images that the checks run in: writes slipway.lock with the digest that each tag stands for now.
   *
   * Returns the changes, none where all digests are the same; dagger shows them and asks before it applies them. Fails
   * with IMAGE_UNAVAILABLE, naming each, when a registry does not tell a digest; otherwise as plan does. Asks the
   * registries at each call. Python packages that a tool is installed from are pinned by version, in the modules.
   *
   * @param source the repository, or a folder with the services; generated and vendored trees in it are left out. By
   *   default the repository that this module is part of
   * @param config the configuration file, relative to the source; slipway.yaml by default, which need not be there
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
    return refreshLock({ source: await withoutReports(source), config });
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
      await checkKind("test", {
        source: seen,
        config,
        service,
        secrets,
        run,
        base,
        git,
        baseCoverage,
        settle,
      }),
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
      await checkKind("scan", {
        source: seen,
        config,
        vulnerabilityDatabase: vulnerabilityDb,
        run,
        baseline,
        today,
      }),
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
      ],
    })
    source: Directory,
    config?: string,
    run?: string,
    baseline?: File,
    today?: string,
  ): Promise<string> {
    return screenOf(
      await checkKind("manifests", { source: await byContent(source), config, run, baseline, today }),
    );
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
      ],
    })
    source: Directory,
    config?: string,
    secrets: Secret[] = [],
    run?: string,
  ): Promise<string> {
    return screenOf(
      await checkKind("infrastructure", { source: await byContent(source), config, secrets, run }),
    );
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
   * @param secrets the secrets that the Dockerfile mounts, as image.secrets in the configuration names them:
   *   env://PIP_TOKEN is PIP_TOKEN
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
    return (await buildServiceImage({ source: await withoutReports(source), config, service, secrets }))
      .image;
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
   * @param secrets the secrets that the Dockerfile mounts, as for build
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
    return describeImage({
      source: await withoutReports(source),
      config,
      service,
      previousSboms: previousSbom,
      secrets,
    });
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
      ],
    })
    source: Directory,
    config?: string,
    overlay?: string,
    replaceDigest: boolean = false,
  ): Promise<Directory> {
    return setImages({ source: await withoutReports(source), config }, images, overlay, replaceDigest);
  }

  /**
   * Releases a commit: runs the checks, and only if all passed, publishes the images by digest, signs and attests them,
   * copies them to the replicas, tags them, and names the digests in the GitOps repository by one commit.
   *
   * Returns what is public by it. Fails with RELEASE_REFUSED when this call wrote nothing, with RELEASE_INCOMPLETE and all that
   * is public when a stage failed after that; a call anew goes on where it ended, and changes nothing where all is done.
   * Never answered from a cache. Before anything is run it fails with SIGNER_MISSING, NO_TAGS, TAG_INVALID, FACT_MISSING
   * and the errors of the configuration.
   *
   * @param git the repository's folder .git: what is released is a commit, never what lies beside it
   * @param config the configuration file, relative to the repository; slipway.yaml by default
   * @param service one service by name; all by default
   * @param commit the commit's whole id; the one that is checked out by default
   * @param commitTime when it was committed, as in 2026-01-02T03:04:05Z; as git says by default
   * @param branch the branch that is released; the one that is checked out by default
   * @param tag the git tag that is released; those that name the commit by default
   * @param pullRequest the number of the pull request that is built
   * @param baseBranch the branch that the pull request asks to be merged into
   * @param defaultBranch the repository's default branch; what origin has by default
   * @param scheduled whether a schedule started it, which tags of type=schedule ask for; false by default
   * @param sourceUrl where others find the repository; origin's URL without a login by default
   * @param builder who runs the release, as a URI: the workflow's, for the provenance
   * @param registry a registry in place of the one in the images' names, as HOST or HOST:PORT
   * @param registryUsername who logs in at the registry
   * @param registryPassword that user's password or token
   * @param registryCa certificates in PEM that are trusted besides the usual ones
   * @param registryService the registry where only this machine reaches it, as in tcp://127.0.0.1:5000
   * @param replicaUsername who logs in at the replicas
   * @param replicaPassword that user's password or token
   * @param replicaCa certificates in PEM that are trusted there besides the usual ones
   * @param replicaService the replicas' registry where only this machine reaches it
   * @param signingKey the private key that signs images, as cosign writes it
   * @param signingPassword what opens that key
   * @param identityToken a token of OpenID Connect for the audience sigstore, for signing without a key
   * @param fulcioRoots the certificates in PEM of the Fulcio that slipway.yaml names in place of Sigstore's
   * @param ctLogKey the public key of its certificate log; without it certificates need not be in any
   * @param rekorKey the public key in PEM of the Rekor that slipway.yaml names in place of Sigstore's
   * @param kmsSecrets what logs in at the key management service that slipway.yaml names, as environment variables named
   *   by the last part of their URI: env://VAULT_TOKEN becomes VAULT_TOKEN
   * @param gitopsRepository the GitOps repository in place of the configured one
   * @param gitUsername who logs in at the GitOps repository
   * @param gitPassword that user's password or token
   * @param gitSshKey the private key for ssh
   * @param gitKnownHosts the keys of hosts that are trusted over ssh, as in known_hosts
   * @param gitCa certificates in PEM that are trusted there besides the usual ones
   * @param gitService the GitOps repository's server where only this machine reaches it
   * @param gitSigningKey an ssh key that signs the commit
   * @param forgeToken what opens pull requests at the forge's API
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for a machine without a network: trivy.db and
   *   metadata.json, or db.tar.gz, or an OCI layout; by default it is downloaded
   * @param secrets secrets that the tests get as environment variables, named by the last part of their URI:
   *   env://API_TOKEN becomes API_TOKEN
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param baseline the findings.json of an earlier run's reports: what stands there stops nothing
   * @param today the day that waivers are held against, as in 2027-01-31; today's in UTC by default
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
    const { record, verdict } = await release(
      releaseRequest({
        git,
        config,
        service,
        commit,
        commitTime,
        branch,
        tag,
        pullRequest,
        baseBranch,
        defaultBranch,
        scheduled,
        sourceUrl,
        builder,
        registry,
        registryUsername,
        registryPassword,
        registryCa,
        registryService,
        replicaUsername,
        replicaPassword,
        replicaCa,
        replicaService,
        signingKey,
        signingPassword,
        identityToken,
        fulcioRoots,
        ctLogKey,
        rekorKey,
        kmsSecrets,
        gitopsRepository,
        gitUsername,
        gitPassword,
        gitSshKey,
        gitKnownHosts,
        gitCa,
        gitService,
        gitSigningKey,
        forgeToken,
        vulnerabilityDb,
        secrets,
        run,
        baseline,
        today,
      }),
    );
    return releaseScreen(record, verdict);
  }

  /**
   * Releases as release does, and returns the reports with release.json, whether it came to its end or not. What release
   * did already is not done again.
   *
   * @param git the repository's folder .git: what is released is a commit, never what lies beside it
   * @param config the configuration file, relative to the repository; slipway.yaml by default
   * @param service one service by name; all by default
   * @param commit the commit's whole id; the one that is checked out by default
   * @param commitTime when it was committed, as in 2026-01-02T03:04:05Z; as git says by default
   * @param branch the branch that is released; the one that is checked out by default
   * @param tag the git tag that is released; those that name the commit by default
   * @param pullRequest the number of the pull request that is built
   * @param baseBranch the branch that the pull request asks to be merged into
   * @param defaultBranch the repository's default branch; what origin has by default
   * @param scheduled whether a schedule started it, which tags of type=schedule ask for; false by default
   * @param sourceUrl where others find the repository; origin's URL without a login by default
   * @param builder who runs the release, as a URI: the workflow's, for the provenance
   * @param registry a registry in place of the one in the images' names, as HOST or HOST:PORT
   * @param registryUsername who logs in at the registry
   * @param registryPassword that user's password or token
   * @param registryCa certificates in PEM that are trusted besides the usual ones
   * @param registryService the registry where only this machine reaches it, as in tcp://127.0.0.1:5000
   * @param replicaUsername who logs in at the replicas
   * @param replicaPassword that user's password or token
   * @param replicaCa certificates in PEM that are trusted there besides the usual ones
   * @param replicaService the replicas' registry where only this machine reaches it
   * @param signingKey the private key that signs images, as cosign writes it
   * @param signingPassword what opens that key
   * @param identityToken a token of OpenID Connect for the audience sigstore, for signing without a key
   * @param fulcioRoots the certificates in PEM of the Fulcio that slipway.yaml names in place of Sigstore's
   * @param ctLogKey the public key of its certificate log; without it certificates need not be in any
   * @param rekorKey the public key in PEM of the Rekor that slipway.yaml names in place of Sigstore's
   * @param kmsSecrets what logs in at the key management service that slipway.yaml names, as environment variables named
   *   by the last part of their URI: env://VAULT_TOKEN becomes VAULT_TOKEN
   * @param gitopsRepository the GitOps repository in place of the configured one
   * @param gitUsername who logs in at the GitOps repository
   * @param gitPassword that user's password or token
   * @param gitSshKey the private key for ssh
   * @param gitKnownHosts the keys of hosts that are trusted over ssh, as in known_hosts
   * @param gitCa certificates in PEM that are trusted there besides the usual ones
   * @param gitService the GitOps repository's server where only this machine reaches it
   * @param gitSigningKey an ssh key that signs the commit
   * @param forgeToken what opens pull requests at the forge's API
   * @param vulnerabilityDb a folder with Trivy's vulnerability database, for a machine without a network: trivy.db and
   *   metadata.json, or db.tar.gz, or an OCI layout; by default it is downloaded
   * @param secrets secrets that the tests get as environment variables, named by the last part of their URI:
   *   env://API_TOKEN becomes API_TOKEN
   * @param run any text that names this run, such as a build number: results are reused only within the same; by
   *   default for the time that reuse in the configuration says, an hour at most
   * @param baseline the findings.json of an earlier run's reports: what stands there stops nothing
   * @param today the day that waivers are held against, as in 2027-01-31; today's in UTC by default
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
    const { reports } = await release(
      releaseRequest({
        git,
        config,
        service,
        commit,
        commitTime,
        branch,
        tag,
        pullRequest,
        baseBranch,
        defaultBranch,
        scheduled,
        sourceUrl,
        builder,
        registry,
        registryUsername,
        registryPassword,
        registryCa,
        registryService,
        replicaUsername,
        replicaPassword,
        replicaCa,
        replicaService,
        signingKey,
        signingPassword,
        identityToken,
        fulcioRoots,
        ctLogKey,
        rekorKey,
        kmsSecrets,
        gitopsRepository,
        gitUsername,
        gitPassword,
        gitSshKey,
        gitKnownHosts,
        gitCa,
        gitService,
        gitSigningKey,
        forgeToken,
        vulnerabilityDb,
        secrets,
        run,
        baseline,
        today,
      }),
    );
    return reports;
  }

  /**
   * Holds an image against a policy: whether one of these signed it and attested what is asked for, whether each platform
   * has a scan, how old that is and what it found. What could not be looked at does not pass.
   *
   * Returns the verdict, a check for each; fails with VERDICT_FAILED unless all passed, with ARGUMENT_INVALID where nobody is
   * named who has to have signed, with IMAGE_NOT_FOUND where the registry has no such digest. Asks the registry at each call.
   *
   * @param image NAME@sha256:DIGEST
   * @param keys public keys in PEM; a signature by any of them counts
   * @param identities whom a keyless signature's certificate has to name, in full or as /PATTERN/; any of them counts
   * @param issuer who has to have issued their tokens, as in https://token.actions.githubusercontent.com
   * @param workflowRepository OWNER/NAME of the repository whose GitHub workflow those identities have to be: that of a
   *   reusable workflow is the same for everybody who calls it
   * @param attestations what has to be attested: sbom, vulnerabilities, tests, provenance; all four by default
   * @param maxAge how old the newest attested scan may be, as in 12h; 7d by default
   * @param severities vulnerabilities that nobody let through may be of none of these: CRITICAL, HIGH, MEDIUM, LOW,
   *   UNKNOWN; the first two by default
   * @param ignoreUnfixed lets vulnerabilities through that no version mends yet; false by default
   * @param except vulnerabilities that are let through, by their ids
   * @param log whether a key's signature has to be in the transparency log too; false by default, and always so for identities
   * @param fulcio the certificate authority in place of Sigstore's, with fulcioRoots
   * @param fulcioRoots its certificates in PEM
   * @param ctLogKey the public key of its certificate log; without it certificates need not be in any
   * @param rekor the transparency log in place of Sigstore's, with rekorKey
   * @param rekorKey its public key in PEM
   * @param registryUsername who logs in at the registry
   * @param registryPassword that user's password or token
   * @param registryCa certificates in PEM that are trusted besides the usual ones
   * @param registryService the registry where only this machine reaches it, as in tcp://127.0.0.1:5000
   * @param cosign the image with cosign, as tools.cosign in slipway.yaml, which verify does not read; ours by default
   * @param base the image that cosign runs in, as tools.base
   * @param crane the image with crane, as tools.crane
   * @param curl the image that crane runs in, as tools.curl
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
    const verdict = await verify({
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
    return verificationScreen(verdict);
  }
}
