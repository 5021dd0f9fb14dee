import { File, func, object, Secret, Service } from "@dagger.io/dagger";
import { attestedPlaces, attestImage } from "./attest.ts";
import { codedError } from "./errors.ts";
import { ownKey } from "./existing.ts";
import { parseReference } from "./reference.ts";
import { address, checkSigner, checkVariables, kmsReference, publicGood, type Settings } from "./settings.ts";
import { signImage } from "./sign.ts";
import { verifyAttestations, verifyImage } from "./verify.ts";

/** Pinned here and nowhere else. */
export const pins = {
  image: "ghcr.io/sigstore/cosign/cosign:v2.6.5",
  base: "gcr.io/distroless/static-debian12",
};

/**
 * Signs images and what is known of them with cosign, and verifies both. Who signs is said first: `with-key`, `with-kms` or
 * `with-token` (keyless); then what. Images are named by digest alone. Signatures and attestations lie beside the image in
 * its repository, under the tags sha256-….sig and sha256-….att.
 *
 * An entry in the public transparency log of Sigstore is made unless `with-log` names another or `without-log` is called.
 */
@object()
export class Cosign {
  private image: string;
  private base: string;
  private username: string;
  private password?: Secret;
  private ca?: File;
  private service?: Service;
  private plainHttp: boolean;
  private deadline: number;

  private key?: Secret;
  private passphrase?: Secret;
  private kms: string = "";
  private variables: string[] = [];
  private secrets: Secret[] = [];
  private token?: Secret;

  private rekor: string = publicGood.rekor;
  private rekorKey?: File;
  private fulcio: string = publicGood.fulcio;
  private fulcioRoots?: File;
  private ctLogKey?: File;

  /**
   * @param image image with cosign at /ko-app/cosign
   * @param base image that cosign runs in; needs no shell, only root certificates
   * @param username who logs in at the registry; nobody by default
   * @param password the registry's password or token
   * @param ca certificates in PEM that are trusted too, for the registry, Fulcio and Rekor
   * @param service a service that is bound under the host names of the registry, Fulcio and Rekor, where these are not to be
   * reached from the engine; Sigstore's public servers are not hidden by it
   * @param plainHttp talks HTTP with the registry, and trusts any certificate of it; false by default
   * @param deadline for how many seconds what may pass by itself (5xx, 429, a cut connection) is tried again; 120 by default
   */
  constructor(
    image: string = pins.image,
    base: string = pins.base,
    username: string = "",
    password?: Secret,
    ca?: File,
    service?: Service,
    plainHttp: boolean = false,
    deadline: number = 120,
  ) {
    this.image = image;
    this.base = base;
    this.username = username;
    this.password = password;
    this.ca = ca;
    this.service = service;
    this.plainHttp = plainHttp;
    this.deadline = deadline;
  }

  /**
   * Signs by a key that `cosign generate-key-pair` or `cosign import-key-pair` wrote.
   * https://docs.sigstore.dev/cosign/key_management/signing_with_self-managed_keys/
   *
   * @param key the private key in PEM
   * @param passphrase what opens it; empty by default
   */
  @func()
  withKey(key: Secret, passphrase?: Secret): Cosign {
    return this.changed({ key, passphrase, kms: "", token: undefined });
  }

  /**
   * Signs and verifies by a key in a key management service. Fails with ARGUMENT_INVALID for another scheme, or when there
   * are more variables than secrets, or fewer.
   * https://docs.sigstore.dev/cosign/key_management/overview/
   *
   * @param reference awskms://…, azurekms://…, gcpkms://… or hashivault://…
   * @param variables names of the environment variables that log in there, e.g. VAULT_ADDR, VAULT_TOKEN
   * @param secrets their values, in the same order
   */
  @func()
  withKms(reference: string, variables: string[] = [], secrets: Secret[] = []): Cosign {
    checkVariables(variables, secrets);
    return this.changed({
      kms: kmsReference(reference),
      variables,
      secrets,
      key: undefined,
      token: undefined,
    });
  }

  /**
   * Signs keyless: by a key that lives for this call, with a certificate from Fulcio for who the token says.
   * https://docs.sigstore.dev/cosign/signing/overview/
   *
   * @param token an OIDC token for the audience sigstore
   */
  @func()
  withToken(token: Secret): Cosign {
    return this.changed({ token, key: undefined, kms: "" });
  }

  /**
   * Asks another certificate authority than Sigstore's public one.
   *
   * @param url Fulcio's address
   * @param roots its certificates in PEM, which are trusted in place of the public ones
   * @param ctLogKey the public key of its certificate log; without it certificates need not be in any
   */
  @func()
  withFulcio(url: string, roots: File, ctLogKey?: File): Cosign {
    return this.changed({ fulcio: address(url), fulcioRoots: roots, ctLogKey });
  }

  /**
   * Uses another transparency log than Sigstore's public one.
   *
   * @param url Rekor's address
   * @param publicKey its public key in PEM, which is trusted in place of the public ones
   */
  @func()
  withLog(url: string, publicKey: File): Cosign {
    return this.changed({ rekor: address(url), rekorKey: publicKey });
  }

  /** Makes no entry in a transparency log and asks for none, as where there is no network. Not for keyless. */
  @func()
  withoutLog(): Cosign {
    return this.changed({ rekor: "", rekorKey: undefined });
  }

  /**
   * Signs an image. Where a key or a KMS signs and its signature with these annotations is there and verifies, nothing is
   * written; a keyless call, and a recursive one, adds one more signature each time.
   *
   * Fails with DIGEST_INVALID unless the image is NAME@DIGEST, IMAGE_NOT_FOUND when the registry does not have it;
   * KEY_INVALID, PASSPHRASE_WRONG, IDENTITY_REFUSED for who signs; REGISTRY_DENIED, REGISTRY_UNTRUSTED,
   * REGISTRY_UNREACHABLE; TOOL_FAILED with cosign's words otherwise. Writes to the registry and the log; never cached.
   * https://docs.sigstore.dev/cosign/signing/signing_with_containers/
   *
   * @param image NAME@DIGEST
   * @param annotations KEY=VALUE that are signed too
   * @param recursive signs each platform's image of an index as well; false by default
   * @param stored what the registry has under the tag sha256-….sig, where that was looked up: its digest, or none. The image
   *   is taken to be there then, and a signature that this engine has verified under that digest is not verified again; asks
   *   the registry by default
   * @returns where the signature is: NAME:sha256-….sig
   */
  @func({ cache: "never" })
  async sign(
    image: string,
    annotations: string[] = [],
    recursive: boolean = false,
    stored: string = "",
  ): Promise<string> {
    return signImage(this.settings(), { image, annotations, recursive, stored });
  }

  /**
   * Attests something of an image: signs a statement of the image's digest and the predicate. Where a key or a KMS signs and
   * the same statement by it is there and verifies, nothing is written; otherwise it is added, and older ones of the
   * type stay. One call after the other for an image: two at once may lose one.
   *
   * Fails with PREDICATE_INVALID when the predicate is no JSON object, REPORT_TOO_LARGE above 32 MiB, ARGUMENT_INVALID for
   * a type that is none; otherwise as `sign` does. Writes to the registry and the log; never cached.
   * https://docs.sigstore.dev/cosign/verifying/attestation/
   *
   * @param image NAME@DIGEST
   * @param predicate JSON
   * @param predicateType what the predicate is: a URI, or cyclonedx, openvex, slsaprovenance1, spdxjson, test-result, vuln
   * @param anew adds it without a look at whether it is there, as after `attested`; false by default
   * @returns where the attestation is: NAME:sha256-….att
   */
  @func({ cache: "never" })
  async attest(
    image: string,
    predicate: File,
    predicateType: string,
    anew: boolean = false,
  ): Promise<string> {
    return attestImage(this.settings(), { image, predicate, predicateType, anew });
  }

  /**
   * Reads the public half of the key, or of the KMS's key, that signs: so a key that does not open is seen before anything
   * is signed. Fails with KEY_INVALID or PASSPHRASE_WRONG, ARGUMENT_INVALID where a key lives for one call.
   * https://docs.sigstore.dev/cosign/key_management/overview/
   *
   * @param image NAME@DIGEST, which need not be there yet
   * @returns the key in PEM
   */
  @func({ cache: "never" })
  async publicKey(image: string): Promise<File> {
    const settings = this.settings();
    checkSigner(settings);
    const own = await ownKey(settings, parseReference(image));
    if (own !== undefined) return own.withName("cosign.pub");
    throw codedError(
      "ARGUMENT_INVALID",
      "A keyless signer has no key that stays",
      "Call with-key or with-kms first.",
    );
  }

  /**
   * Tells which statements of an image are there already, by the key or the KMS that signs, and verify. Asks for all of them
   * side by side. Fails as `attest` does.
   *
   * @param image NAME@DIGEST
   * @param predicates JSON
   * @param types their types, in the same order, as for attest
   * @param stored what the registry has under the tag sha256-….att, as for sign
   * @returns for each where it is, or nothing; nothing for all where a key lives for one call
   */
  @func({ cache: "never" })
  async attested(image: string, predicates: File[], types: string[], stored: string = ""): Promise<string[]> {
    return attestedPlaces(this.settings(), { image, predicates, types, stored });
  }

  /**
   * Verifies an image's signatures by one public key, the KMS of `with-kms`, or one identity. Annotations that must be signed too
   * can be named.
   *
   * Fails with SIGNATURE_MISSING when there is none, SIGNATURE_INVALID when none is by that key or identity or none is in
   * the log; otherwise as `sign` does. Asks the registry at each call; never cached.
   * https://docs.sigstore.dev/cosign/verifying/verify/
   *
   * @param image NAME@DIGEST
   * @param publicKey the public key in PEM
   * @param identity whom the certificate has to name, in full
   * @param identityPattern a regular expression (Go's) for the whole of it, in place of identity
   * @param issuer who has to have issued the token, e.g. https://token.actions.githubusercontent.com
   * @param annotations KEY=VALUE that have to be signed
   * @param present takes it that the registry has the image, and does not look: without it the signature of one that is
   *   gone is SIGNATURE_MISSING; false by default
   * @param workflowRepository OWNER/NAME of the repository whose GitHub workflow the certificate has to be for, beside the
   *   identity: that of a reusable workflow is the same for all who call it; anyone's by default
   * @returns what was signed, as cosign prints it: a JSON array with an object for each signature that verifies
   */
  @func({ cache: "never" })
  async verify(
    image: string,
    publicKey?: File,
    identity: string = "",
    identityPattern: string = "",
    issuer: string = "",
    annotations: string[] = [],
    present: boolean = false,
    workflowRepository: string = "",
  ): Promise<File> {
    return verifyImage(this.settings(), {
      image,
      publicKey,
      identity,
      identityPattern,
      issuer,
      annotations,
      present,
      workflowRepository,
    });
  }

  /**
   * Verifies an image's attestations of one type, as `verify` does its signatures. What a predicate says is not looked at.
   *
   * Fails with ATTESTATION_MISSING when there is none of the type, ATTESTATION_INVALID when none is by that key or identity
   * or none is in the log, REPORT_TOO_LARGE above 96 MiB of them; otherwise as `verify` does. Never cached.
   * https://docs.sigstore.dev/cosign/verifying/attestation/
   *
   * @param image NAME@DIGEST
   * @param predicateType the predicates' type, as for attest
   * @param publicKey the public key in PEM
   * @param identity whom the certificate has to name, in full
   * @param identityPattern a regular expression (Go's) for the whole of it, in place of identity
   * @param issuer who has to have issued the token
   * @param present takes it that the registry has the image, as for verify; false by default
   * @param workflowRepository as for verify
   * @returns the attestations that verify, as cosign prints them: a DSSE envelope in JSON on each line
   */
  @func({ cache: "never" })
  async verifyAttestation(
    image: string,
    predicateType: string,
    publicKey?: File,
    identity: string = "",
    identityPattern: string = "",
    issuer: string = "",
    present: boolean = false,
    workflowRepository: string = "",
  ): Promise<File> {
    return verifyAttestations(this.settings(), {
      image,
      predicateType,
      publicKey,
      identity,
      identityPattern,
      issuer,
      present,
      workflowRepository,
    });
  }

  private changed(changes: object): Cosign {
    return Object.assign(new Cosign(), this, changes);
  }

  private settings(): Settings {
    return {
      image: this.image,
      base: this.base,
      username: this.username,
      password: this.password,
      ca: this.ca,
      service: this.service,
      plainHttp: this.plainHttp,
      deadline: this.deadline,
      key: this.key,
      passphrase: this.passphrase,
      kms: this.kms,
      variables: this.variables,
      secrets: this.secrets,
      token: this.token,
      rekor: this.rekor,
      rekorKey: this.rekorKey,
      fulcio: this.fulcio,
      fulcioRoots: this.fulcioRoots,
      ctLogKey: this.ctLogKey,
    };
  }
}
