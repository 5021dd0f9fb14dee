/**
 * Every code that an error of Slipway can begin with, and what it means.
 * The table in `errors.md` beside this file is generated from it (`npm run generate`).
 */
export const errorCodes = {
  ARGUMENT_INVALID: "An argument of the call has a value that it may not have.",
  CONFIG_INVALID: "slipway.yaml does not hold to its schema; every fault is listed with line and path.",
  CONFIG_NOT_FOUND: "The configuration file that the call names is not in the source.",
  CONFIG_UNREADABLE: "slipway.yaml is not YAML, is too large, or expands to too much by its aliases.",
  LOCK_INVALID: "slipway.lock is not as `lock` writes it.",
  SETUP_WRONG: "Something keeps the checks or a release from working; doctor names each, with its remedy.",
  SOURCE_EMPTY: "The source holds no file.",
  SOURCE_NOT_PYTHON: "No Python service was found in the source, and slipway.yaml names none.",
  PATH_OUTSIDE_SOURCE: "A path leads out of the source, as such or through a symbolic link.",
  PATH_NOT_FOUND: "A path that slipway.yaml names is not in the source.",
  SERVICE_NOT_FOUND: "The call names a service that the source does not have.",
  SERVICE_AMBIGUOUS: "The source has several services and the call names none.",
  SECRET_MISSING: "slipway.yaml names a secret that the call does not hand over.",
  SECRET_UNNAMED: "A secret has no name that an environment variable could bear, or none of its own.",
  HISTORY_MISSING:
    "The call names a base, or something else asks for the git history, and it is not handed over, or not as a whole folder .git.",
  HISTORY_UNREADABLE: "git cannot read the history that the call hands over.",
  BASE_NOT_FOUND: "The git history has no commit of the base's name.",
  BASE_UNRELATED: "The base and HEAD have no commit in common, in a shallow clone for want of history.",
  BASE_UNMEASURED: "The tests of the base could not be carried out, so that its coverage is not known.",
  PROJECT_INVALID:
    "A file of a service (pyproject.toml, setup.cfg, .python-version) is malformed, or asks for a Python that there is not.",
  DEPENDENCIES_UNSUPPORTED: "The dependencies stand only in a file that cannot be installed from yet.",
  DEPENDENCIES_NOT_INSTALLED: "The service's dependencies could not be installed.",
  CONTAINER_NOT_READY: "A container that tests need did not get ready in time.",
  CONTAINER_DIED: "A container that tests need ended while they ran.",
  TESTS_NOT_FOUND: "pytest collected no test.",
  TOOL_FAILED: "A tool broke down: it ended in a way that is neither a pass nor a finding.",
  TOOL_TIMED_OUT: "A tool ran longer than its limit and was ended.",
  TOOL_KILLED: "A tool was ended by a signal from outside, most often for want of memory.",
  REPORT_MISSING: "A tool ended well and left no report.",
  REPORT_EMPTY: "A report has no content.",
  REPORT_TOO_LARGE: "A report is larger than Slipway reads.",
  REPORT_MALFORMED: "A report is not what its format asks for.",
  REPORT_CONTRADICTORY: "A report contradicts itself, or the tool's exit code.",
  SBOM_INVALID: "What is handed over as the SBOM of an earlier release is none that can be read.",
  PATH_OUTSIDE_REPORTS:
    "A path in the reports of a shard leads out of their folder, as such or through a symbolic link.",
  SHARD_MISSING: "The reports of a shard are not among those that are merged.",
  SHARDS_MIXED:
    "The reports that are merged are not of one run: one shard is there twice, or source, configuration, version or number of shards differ.",
  BASELINE_INVALID: "The baseline is no findings.json that this version reads.",
  DATABASE_UNAVAILABLE: "The vulnerability database could be had from none of its repositories.",
  DOCKERFILE_NOT_FOUND: "The service has no Dockerfile where one is expected.",
  IMAGE_BUILD_FAILED: "The image could not be built from its Dockerfile.",
  SSH_UNSUPPORTED: "A step of a Dockerfile mounts an SSH agent, which the engine passes to none.",
  IMAGE_UNAVAILABLE: "An image that a step runs in, or builds on, could not be pulled.",
  IMAGE_NAME_INVALID: "An image's name is outside the OCI grammar.",
  IMAGE_NOT_FOUND: "The overlay has no image of that name.",
  COPY_DIFFERS: "A copy in another registry is not what was copied.",
  LAYOUT_INVALID: "A folder is no OCI image layout, or it does not say which of its images is meant.",
  REGISTRY_DENIED: "The registry does not let this login do what was asked.",
  REGISTRY_FULL: "The registry has no room left, or a quota is used up.",
  REGISTRY_REFUSED: "The registry refused what was asked for another reason than the login.",
  REGISTRY_UNREACHABLE:
    "The registry could not be reached, or did not get over its trouble before the deadline.",
  REGISTRY_UNTRUSTED: "The registry's certificate is not trusted, or has expired.",
  TAG_TAKEN: "A tag that may not move stands for another digest.",
  TAG_INVALID: "A tag is outside the OCI grammar.",
  TAG_RULE_INVALID: "A rule for an image's tags is none that docker/metadata-action would know.",
  NO_TAGS: "No rule yields a tag for the image.",
  FACT_MISSING: "What a release has to know of its commit is neither in the git history nor handed over.",
  FACT_AMBIGUOUS: "The git history gives several answers where a release needs one.",
  DIGEST_INVALID: "A digest is not sha256: and 64 lower-case hexadecimal digits.",
  DIGEST_PINNED: "A tag alone would take the place of a pinned digest.",
  KUSTOMIZATION_NOT_FOUND: "The overlay's folder holds no kustomization file.",
  KUSTOMIZATION_INVALID: "The kustomization file is not one that can be edited safely.",
  BUMP_CHANGED_MORE: "After the bump, kustomize renders something else than other images.",
  CHART_DEPENDENCY_MISSING:
    "A Helm chart depends on one that is neither in its charts/ folder nor in the source.",
  RULES_NOT_FOUND: "conftest evaluated no rule of the policies that the manifests are held against.",
  PLUGIN_UNAVAILABLE: "A plugin of tflint could not be downloaded.",
  REPOSITORY_UNREACHABLE: "The GitOps repository's server did not answer, however often it was asked.",
  REPOSITORY_DENIED: "The GitOps repository does not let the login in.",
  REPOSITORY_NOT_FOUND: "There is no GitOps repository where the call looks for it.",
  REPOSITORY_EMPTY: "The GitOps repository has no branch at all.",
  HOST_UNTRUSTED: "The GitOps repository's server has another key or certificate than those trusted.",
  BRANCH_NOT_FOUND: "The GitOps repository has no branch of that name.",
  BRANCH_PROTECTED: "The branch is protected against the push.",
  PUSH_REFUSED: "The GitOps repository's server refused the push, by a rule of its own.",
  PUSH_TIMED_OUT: "The deadline passed in lost races, or without an answer to the push.",
  SIGNING_FAILED: "The commit could not be signed.",
  MANIFEST_INVALID: "A manifest or a file of Helm values is not one that can be edited safely.",
  REQUEST_REFUSED: "The forge did not open a pull request.",
  SIGNATURE_MISSING: "An image has no signature.",
  SIGNATURE_INVALID: "No signature of an image verifies by the key or the identity that is asked for.",
  ATTESTATION_MISSING: "An image has no attestation of the type that is asked for.",
  ATTESTATION_INVALID: "No attestation of that type verifies by the key or the identity that is asked for.",
  PREDICATE_INVALID: "What is to be attested is no JSON object.",
  KEY_INVALID: "A key for signing or verifying is none, or cannot be had from its KMS.",
  PASSPHRASE_WRONG: "A passphrase does not open the key that it is for.",
  IDENTITY_REFUSED: "The certificate authority gives no certificate for the OIDC token.",
  RELEASE_REFUSED:
    "The release wrote nothing: the commit's verdict is not good, or what it needs is not there.",
  RELEASE_INCOMPLETE: "The release ended after something was public; what, is said with it.",
  RELEASE_EMPTY: "The commit has no image that could be released.",
  SIGNER_MISSING: "The images are to be signed, and the call hands over nothing to sign them with.",
  ENGINE_MISSING: "A CI wrapper found no dagger on PATH.",
  ENGINE_TOO_OLD: "The dagger on PATH is older than Slipway works with.",
  ENGINE_UNREACHABLE: "A CI wrapper's call failed, and no engine answers.",
  CALL_FAILED: "A CI wrapper's call ended without a verdict; what dagger said stands before it.",
  CALL_CANCELLED: "A CI wrapper's call was cancelled before it had a verdict.",
  CREDENTIAL_MISSING: "An argument takes a credential from a variable of the environment that is not set.",
  FORK_REFUSED: "A workflow would run a stranger's code where the repository's secrets are.",
  REPORTS_UNWRITABLE: "A CI wrapper cannot write to the folder for the reports.",
  VERDICT_FAILED: "A check failed or could not be carried out; the verdict names each.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/**
 * The one error that pipelines throw. Its message begins with the code and ends with the remedy, because
 * only the message crosses Dagger's boundary.
 */
/** An error in its parts. */
export interface ErrorParts {
  readonly code: ErrorCode;
  /** What was found and where, without a full stop at its end. */
  readonly what: string;
  /** What the reader can do about it, as a sentence. */
  readonly remedy: string;
}

export class SlipwayError extends Error implements ErrorParts {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;

  /**
   * @param code what kind of error, from the closed set.
   * @param what what was found and where, without a full stop at its end.
   * @param remedy what the reader can do about it, as a sentence.
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
 * Returns an error's parts, where it is one of ours or of a module that runs in this process; told by its shape, since
 * each module has a class of its own. An error that crossed from another process has its message alone.
 */
export function partsOf(error: unknown): ErrorParts | undefined {
  if (!(error instanceof Error) || !("code" in error && "what" in error && "remedy" in error))
    return undefined;
  const { code, what, remedy } = error;
  if (typeof code !== "string" || typeof what !== "string" || typeof remedy !== "string") return undefined;
  return isErrorCode(code) ? { code, what, remedy } : undefined;
}

/** Says which code an error's message begins with, of ours or of a module's; undefined for any other error. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const message = error instanceof Error ? error.message : String(error);
  const word = /^([A-Z_]+): /.exec(message)?.[1];
  return word !== undefined && isErrorCode(word) ? word : undefined;
}

/** Says whether a word is one of the codes. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(errorCodes, word);
}
