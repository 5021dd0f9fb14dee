/**
 * Every code that an error of Slipway can begin with, and its meaning.
 *
 * `npm run generate` writes the table in docs/reference/errors.md from it.
 */
export const errorCodes = {
  ARGUMENT_INVALID: "An argument of the call has a value that is not allowed.",
  CONFIG_INVALID:
    "slipway.yaml does not match its schema or contradicts itself. The message lists every fault.",
  CONFIG_NOT_FOUND: "The configuration file that the call names is not in the source.",
  CONFIG_UNREADABLE:
    "slipway.yaml is not YAML, is too large, or becomes too large when its aliases are expanded.",
  LOCK_INVALID: "slipway.lock does not have the format that `lock` writes.",
  BASE_IS_HEAD:
    "The baseline or the policy is that of the checked commit itself, so that nothing of it could block.",
  DEFAULTS_IN_SOURCE:
    "The `.env` of the source sets arguments of Slipway, which dagger applies to calls in that folder.",
  SETUP_WRONG:
    "A problem keeps the checks or a release from working. `doctor` lists each problem with its remedy.",
  SOURCE_MISSING: "The call names no source, and the default would be Slipway's own example.",
  SOURCE_EMPTY: "The source contains no file.",
  SOURCE_NOT_PYTHON:
    "The source contains no Python service, no manifests and no infrastructure, and slipway.yaml names no service.",
  PATH_OUTSIDE_SOURCE: "A path leads out of the source, directly or through a symbolic link.",
  PATH_NOT_FOUND: "A path that slipway.yaml, a requirements file or the call names does not exist.",
  SERVICE_NOT_FOUND: "The call names a service that the source does not have.",
  SERVICE_AMBIGUOUS: "The source has several services, and the call does not name one.",
  SECRET_MISSING: "slipway.yaml names a secret that the call does not pass.",
  SECRET_UNNAMED:
    "A secret's name is not valid for an environment variable, or two secrets share a name or a value.",
  HISTORY_MISSING:
    "The call needs the git history, for example for --base, but passes no .git folder or an incomplete one.",
  HISTORY_UNREADABLE:
    "git cannot read the history that the call passes, or the history lacks the commit or its files.",
  BASE_NOT_FOUND: "The git history has no commit with the name that the call gives as a base.",
  BASE_UNRELATED:
    "The base and HEAD have no merge base. In a shallow clone, the history may be too short to reach it.",
  BASE_UNMEASURED:
    "The coverage of the base is unknown: its tests could not be carried out, or its summary.json leaves services out.",
  PROJECT_INVALID:
    "A file of a service (pyproject.toml, setup.cfg, .python-version, mise.toml) is malformed or needs an unsupported Python version.",
  DEPENDENCIES_UNSUPPORTED: "The dependencies are declared only in a file that Slipway cannot install from.",
  DEPENDENCIES_NOT_INSTALLED: "The service's dependencies could not be installed.",
  CONTAINER_NOT_READY:
    "A container that the tests need did not become ready in time, or ended before it was ready.",
  CONTAINER_DIED: "A container that the tests need ended while they ran.",
  TESTS_NOT_FOUND: "No test was found.",
  TESTS_NOT_PREPARED:
    "A command before the tests failed, of `test.before` or of a workflow, so that no test ran.",
  TOOL_FAILED: "A tool ended abnormally, so that its exit code or output shows neither a pass nor a finding.",
  TOOL_TIMED_OUT: "A tool ran longer than its time limit and was stopped.",
  TOOL_TOO_OLD: "A tool failed at the version that the repository asks for, which is too old for Slipway.",
  TOOL_KILLED: "A signal from outside ended a tool, most often because memory ran out.",
  REPORT_MISSING: "A tool ended without an error but left no report, or a shard's reports are incomplete.",
  REPORT_EMPTY: "A report has no content.",
  REPORT_TOO_LARGE: "A report is larger than Slipway can read.",
  REPORT_MALFORMED: "A report does not match its format.",
  REPORT_CONTRADICTORY: "A report or an answer contradicts itself, another report or the tool's exit code.",
  SBOM_INVALID: "A file that the call passes as an SBOM of an earlier release cannot be read as an SBOM.",
  PATH_OUTSIDE_REPORTS:
    "A path in the reports of a shard leads out of their folder, directly or through a symbolic link.",
  SHARD_MISSING: "The reports of a shard are missing from the merge.",
  SHARDS_MIXED:
    "The merged reports are not from one run: a shard occurs twice, or source, configuration, version or number of shards differ.",
  BASELINE_INVALID: "The baseline is not a findings.json that this version of Slipway can read.",
  DATABASE_UNAVAILABLE:
    "The vulnerability database is not available from any configured repository, or from the folder that the call passes.",
  DOCKERFILE_NOT_FOUND: "The service has no Dockerfile at the expected place.",
  IMAGE_BUILD_FAILED: "The image could not be built from its Dockerfile.",
  SSH_UNSUPPORTED: "A step of a Dockerfile mounts an SSH agent, and the engine passes no agent to a build.",
  IMAGE_UNAVAILABLE:
    "An image that a step runs in or builds on could not be pulled, or no registry returned its digest.",
  IMAGE_NAME_INVALID: "An image's name does not match the OCI grammar.",
  IMAGE_NOT_FOUND: "The overlay, the manifest or the registry has no image with that name.",
  COPY_DIFFERS: "A copy in another registry differs from the original.",
  LAYOUT_INVALID: "A folder is not an OCI image layout, or does not say which of its images is meant.",
  REGISTRY_DENIED: "The registry does not permit the operation for this login.",
  REGISTRY_FULL: "The registry has no space left, or a quota is used up.",
  REGISTRY_REFUSED: "The registry refused the request for a reason other than the login.",
  REGISTRY_UNREACHABLE: "The registry could not be reached, or did not recover before the deadline.",
  REGISTRY_UNTRUSTED: "The registry's certificate is not trusted, or has expired.",
  TAG_TAKEN: "A tag that must not move already points to another digest.",
  TAG_INVALID: "A tag does not match the OCI grammar.",
  TAG_RULE_INVALID: "A rule for an image's tags does not follow the syntax of docker/metadata-action.",
  NO_TAGS: "No rule of release.tags produces a tag for the image.",
  FACT_MISSING: "A release needs a fact about its commit that neither the git history nor the call provides.",
  FACT_AMBIGUOUS: "The git history gives several answers where a release needs one.",
  DIGEST_INVALID: "A digest is not sha256: followed by 64 lower-case hexadecimal digits.",
  DIGEST_PINNED: "A tag alone would replace a pinned digest.",
  KUSTOMIZATION_NOT_FOUND: "The overlay's folder contains no kustomization file.",
  KUSTOMIZATION_INVALID: "The kustomization file cannot be edited safely.",
  RENDERING_UNSUPPORTED:
    "kustomize needs a plugin, or a Helm chart that is not in the source, to render the overlay.",
  BUMP_CHANGED_MORE: "The bump would change more than the images in the manifests that kustomize renders.",
  CHART_DEPENDENCY_MISSING:
    "A Helm chart depends on a chart that is neither in its charts/ folder nor in the source.",
  RULES_NOT_FOUND: "conftest evaluated no rule of the policies for the manifests.",
  PLUGIN_UNAVAILABLE: "A plugin of tflint could not be downloaded.",
  REPOSITORY_UNREACHABLE: "The GitOps repository's server did not answer, also after retries.",
  REPOSITORY_DENIED: "The GitOps repository refuses the login.",
  REPOSITORY_NOT_FOUND: "There is no GitOps repository at the configured address.",
  REPOSITORY_EMPTY: "The GitOps repository has no branch.",
  HOST_UNTRUSTED: "The key or certificate of the GitOps repository's server is not trusted.",
  BRANCH_NOT_FOUND: "The GitOps repository has no branch with that name.",
  BRANCH_PROTECTED: "The branch is protected and does not accept the push.",
  PUSH_REFUSED: "The GitOps repository's server refused the push because of one of its own rules.",
  PUSH_TIMED_OUT:
    "The deadline passed because others kept pushing first, or because the server did not answer the push.",
  SIGNING_FAILED: "The commit could not be signed.",
  MANIFEST_INVALID: "A manifest or a file of Helm values cannot be edited safely.",
  REQUEST_REFUSED: "The forge did not open a pull request.",
  SIGNATURE_MISSING: "An image has no signature.",
  SIGNATURE_INVALID:
    "No signature of an image verifies with the requested key or identity, or none is in the required log.",
  ATTESTATION_MISSING: "An image has no attestation of the requested type.",
  ATTESTATION_INVALID:
    "No attestation of the requested type verifies with the requested key or identity, or none is in the required log.",
  PREDICATE_INVALID: "The predicate to attest is not a JSON object.",
  KEY_INVALID:
    "A key for signing or verifying is not valid, or its key management service (KMS) does not provide it.",
  PASSPHRASE_WRONG: "A passphrase does not open its key.",
  IDENTITY_REFUSED: "The certificate authority issues no certificate for the OIDC token.",
  RELEASE_REFUSED:
    "This call wrote nothing: a check of the commit did not pass, or the release lacks something that it needs.",
  RELEASE_INCOMPLETE:
    "Only a part of the release is public. The message lists that part. Repeat the call to continue.",
  ENVIRONMENT_NOT_FOUND:
    "The call names an environment that slipway.yaml of the GitOps repository does not have.",
  ENVIRONMENT_UNPINNED:
    "No image of an environment has a digest, so that nothing can tell whether it runs what Git wishes.",
  APPLICATION_DENIED: "Argo CD has no such Application, or its token may not see it, or is not valid.",
  APPLICATION_UNSUITABLE:
    "An Application follows another path or branch than its environment, does not synchronise by itself, or ignores images.",
  SERVER_UNREACHABLE: "Argo CD or Prometheus does not answer, or its certificate is not trusted.",
  SERVER_DENIED: "Prometheus refuses the login.",
  QUERY_INVALID: "Prometheus refuses a query.",
  DELIVERY_FAILED: "Argo CD could not synchronise an environment, or what runs there stays degraded.",
  CONFIRMATION_FAILED: "A query about an environment was out of its bounds after a promotion.",
  CONFIRMATION_UNKNOWN: "A query about an environment did not tell enough to confirm it.",
  CLOCK_SKEWED: "The clocks of this machine and of Prometheus differ too much to compare times.",
  DELIVERY_SUPERSEDED: "Somebody set other images in an environment while a call waited for its own.",
  DELIVERY_TIMED_OUT: "An environment did not run what Git wishes in time. The message says what is missing.",
  EVIDENCE_REFUSED:
    "An image lacks a signature or an attestation that its environment asks for, or has a vulnerability.",
  PROMOTION_REFUSED:
    "The images may not go to the environment: they do not run in the one before it, or newer ones are there.",
  RECORD_BROKEN: "The record of a GitOps repository is not as it was written, or does not match its commits.",
  RECORD_UNWRITTEN: "A wait for an environment ended, and could not be put on record.",
  ROLLBACK_REFUSED:
    "It is not known what an environment ran before, or the branch does not have the commit to go back to.",
  EVIDENCE_INVALID:
    "The evidence of a release is not that of this commit, was changed, or does not fit the images in the registry.",
  RELEASE_EMPTY: "The commit has no image to release.",
  SIGNER_MISSING: "The images must be signed, and the call passes no key or token to sign with.",
  ENGINE_MISSING: "A CI wrapper found no dagger on PATH.",
  ENGINE_TOO_OLD: "The dagger on PATH is older than the oldest version that Slipway supports.",
  ENGINE_UNREACHABLE: "A CI wrapper's call failed because no engine answers.",
  CALL_FAILED: "A CI wrapper's call ended without a verdict. The output of dagger is above the message.",
  CALL_CANCELLED: "A CI wrapper's call was cancelled before it had a verdict.",
  CREDENTIAL_MISSING:
    "An argument reads a credential from an environment variable that is not set, or a login has no password.",
  FORK_REFUSED: "A workflow would run code from a fork with access to the repository's secrets.",
  REPORTS_UNWRITABLE: "A CI wrapper cannot write to the folder for the reports.",
  VERDICT_FAILED:
    "A check, or a requirement of `verify`, failed or could not be checked. The verdict names each one.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/**
 * The only error that pipelines throw. Its message begins with the code and ends with the remedy, because only the
 * message crosses Dagger's boundary.
 */
/** An error in its parts. */
export interface ErrorParts {
  readonly code: ErrorCode;
  /** The fault and its place, without a full stop at the end. */
  readonly what: string;
  /** The reader's way to fix it, as a sentence. */
  readonly remedy: string;
}

export class SlipwayError extends Error implements ErrorParts {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;

  /**
   * @param code the kind of error, from the closed set.
   * @param what the fault and its place, without a full stop at the end.
   * @param remedy the reader's way to fix it, as a sentence.
   */
  constructor(code: ErrorCode, what: string, remedy: string) {
    super(`${code}: ${what}. ${remedy}`);
    this.name = "SlipwayError";
    this.code = code;
    this.what = what;
    this.remedy = remedy;
  }
}

/**
 * Returns an error's parts, if it comes from Slipway or from a module that runs in this process. The shape
 * identifies it, because each module has its own class. An error from another process has only its message.
 */
export function partsOf(error: unknown): ErrorParts | undefined {
  if (!(error instanceof Error) || !("code" in error && "what" in error && "remedy" in error))
    return undefined;
  const { code, what, remedy } = error;
  if (typeof code !== "string" || typeof what !== "string" || typeof remedy !== "string") return undefined;
  return isErrorCode(code) ? { code, what, remedy } : undefined;
}

/** Returns the code at the start of an error's message, of Slipway or of a module; undefined for any other error. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const message = error instanceof Error ? error.message : String(error);
  const word = /^([A-Z_]+): /.exec(message)?.[1];
  return word !== undefined && isErrorCode(word) ? word : undefined;
}

/** Whether a word is one of the codes. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(errorCodes, word);
}
