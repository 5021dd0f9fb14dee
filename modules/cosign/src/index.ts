import { File, func, object, Secret, Service } from "@dagger.io/dagger";
import { attestedPlaces, attestImage } from "./attest.ts";
import { codedError } from "./errors.ts";
import { ownKey } from "./existing.ts";
import { parseReference } from "./reference.ts";
import { address, checkSigner, checkVariables, kmsReference, publicGood, type Settings } from "./settings.ts";
import { signImage } from "./sign.ts";
import { verifyAttestations, verifyImage } from "./verify.ts";

/** Pinned here only. */
export const pins = {
  image: "ghcr.io/sigstore/cosign/cosign:v2.6.5",
  base: "gcr.io/distroless/static-debian12",
};

/**
 * Signs and attests images with cosign, and verifies signatures and attestations.
 *
 * First choose the signer: `with-key`, `with-kms` or `with-token` (keyless). Then call `sign` or `attest`. Images are
 * named by digest only. Signatures and attestations are stored beside the image in its repository, under the tags
 * sha256-….sig and sha256-….att.
 *
 * Signing adds an entry to Sigstore's public transparency log, unless `with-log` sets another log or `without-log` is
 * called.
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
   * @param username user name for the registry; default: no login
   * @param password password or token for the registry; a line break at its end is not part of it
   * @param ca certificates (PEM), trusted in addition to the public ones, for the registry, Fulcio and Rekor
   * @param service a service for the hosts of the registry, Fulcio and Rekor, if the engine cannot reach them; it
   *   never replaces Sigstore's public servers
   * @param plainHttp talks HTTP with the registry, and accepts any certificate from it; default: false
   * @param deadline seconds within which a call is tried again after 5xx, 429 or a cut connection; default: 120
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
   * Sets a private key as the signer.
   *
   * The key is one that `cosign generate-key-pair` or `cosign import-key-pair` wrote.
   * https://docs.sigstore.dev/cosign/key_management/signing_with_self-managed_keys/
   *
   * @param key the private key in PEM
   * @param passphrase the key's passphrase; default: empty
   */
  @func()
  withKey(key: Secret, passphrase?: Secret): Cosign {
    return this.changed({ key, passphrase, kms: "", token: undefined });
  }

  /**
   * Sets a key in a key management service (KMS), to sign and to verify with.
   *
   * Fails with ARGUMENT_INVALID for another scheme or a variable that is not in capitals. Also fails with it unless
   * variables and secrets have the same number of items.
   * https://docs.sigstore.dev/cosign/key_management/overview/
   *
   * @param reference awskms://…, azurekms://…, gcpkms://… or hashivault://…
   * @param variables names of the environment variables that log in at the KMS, e.g. VAULT_ADDR, VAULT_TOKEN
   * @param secrets the values of these variables, in the same order
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
   * Sets an OIDC token as the signer, for keyless signing.
   *
   * cosign signs with a key that exists only for one call. Fulcio issues a certificate for that key, on the identity
   * in the token.
   * https://docs.sigstore.dev/cosign/signing/overview/
   *
   * @param token an OIDC token with the audience sigstore
   */
  @func()
  withToken(token: Secret): Cosign {
    return this.changed({ token, key: undefined, kms: "" });
  }

  /**
   * Sets a certificate authority (Fulcio) in place of Sigstore's public one.
   *
   * Fails with ARGUMENT_INVALID for an invalid address.
   * https://docs.sigstore.dev/cosign/system_config/custom_components/
   *
   * @param url Fulcio's address
   * @param roots its certificates in PEM, trusted instead of the public ones
   * @param ctLogKey public key of its certificate log; default: certificates need not be in a log
   */
  @func()
  withFulcio(url: string, roots: File, ctLogKey?: File): Cosign {
    return this.changed({ fulcio: address(url), fulcioRoots: roots, ctLogKey });
  }

  /**
   * Sets a transparency log (Rekor) in place of Sigstore's public one.
   *
   * Fails with ARGUMENT_INVALID for an invalid address.
   * https://docs.sigstore.dev/cosign/system_config/custom_components/
   *
   * @param url Rekor's address
   * @param publicKey its public key in PEM, trusted instead of the public ones
   */
  @func()
  withLog(url: string, publicKey: File): Cosign {
    return this.changed({ rekor: address(url), rekorKey: publicKey });
  }

  /**
   * Makes no entry in a transparency log and requires none, for example without a network. Keyless signing does not
   * allow this.
   */
  @func()
  withoutLog(): Cosign {
    return this.changed({ rekor: "", rekorKey: undefined });
  }

  /**
   * Signs an image.
   *
   * With a key or a KMS, it writes nothing if the same signature with the same annotations exists and verifies. A
   * keyless call and a recursive call add one more signature each time.
   *
   * Fails with DIGEST_INVALID unless the image is NAME@DIGEST, and with IMAGE_NOT_FOUND when the registry does not
   * have it. Fails with KEY_INVALID, PASSPHRASE_WRONG or IDENTITY_REFUSED because of the signer. Fails with
   * REGISTRY_DENIED, REGISTRY_UNTRUSTED or REGISTRY_UNREACHABLE because of the registry. Fails with
   * IMAGE_NAME_INVALID or ARGUMENT_INVALID for an invalid argument. For any other failure, fails with TOOL_FAILED and
   * cosign's own words.
   *
   * Writes to the registry and the log; never cached.
   * https://docs.sigstore.dev/cosign/signing/signing_with_containers/
   *
   * @param image NAME@DIGEST
   * @param annotations KEY=VALUE pairs to sign too
   * @param recursive also signs the image of each platform of an index; default: false
   * @param stored the digest that the registry has under the tag sha256-….sig, or none. With it, the call does not
   *   check that the image exists, and does not verify a signature again that this engine verified under that digest.
   *   Default: asks the registry
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
   * Signs a statement about an image: the image's digest and a predicate, for example an SBOM.
   *
   * With a key or a KMS, it writes nothing if the same statement exists and verifies. Otherwise it adds the statement
   * and keeps older ones of the type. Do not attest one image with two calls at the same time: one of the statements
   * may be lost.
   *
   * Fails with PREDICATE_INVALID when the predicate is not a JSON object, REPORT_TOO_LARGE above 32 MiB,
   * ARGUMENT_INVALID for an invalid type; otherwise as sign does. Writes to the registry and the log; never cached.
   * https://docs.sigstore.dev/cosign/verifying/attestation/
   *
   * @param image NAME@DIGEST
   * @param predicate a file in JSON
   * @param predicateType a URI, or cyclonedx, openvex, slsaprovenance1, spdxjson, test-result, vuln
   * @param anew adds the statement without checking whether it exists, for example after a call of attested; default:
   *   false
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
   * Returns the public key of the signer, to check before signing that the key opens.
   *
   * Fails with KEY_INVALID or PASSPHRASE_WRONG. Fails with ARGUMENT_INVALID for a keyless signer, whose key exists
   * only for one call. Never cached.
   * https://docs.sigstore.dev/cosign/key_management/overview/
   *
   * @param image NAME@DIGEST, which need not exist yet
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
      "a keyless signer has no public key: its key exists only for one call",
      "Call with-key or with-kms first.",
    );
  }

  /**
   * Lists which statements about an image already exist and verify with this signer.
   *
   * It asks for all of them at the same time. Fails as attest does. Writes nothing; never cached.
   *
   * @param image NAME@DIGEST
   * @param predicates files in JSON
   * @param types their types, in the same order, as for attest
   * @param stored the digest that the registry has under the tag sha256-….att, or none, as for sign
   * @returns for each statement its place, or an empty text if it does not exist; for a keyless signer, all texts are
   *   empty
   */
  @func({ cache: "never" })
  async attested(image: string, predicates: File[], types: string[], stored: string = ""): Promise<string[]> {
    return attestedPlaces(this.settings(), { image, predicates, types, stored });
  }

  /**
   * Verifies the signatures of an image, by a public key, the KMS of with-kms, or an identity.
   *
   * Fails with SIGNATURE_MISSING when the image has no signature. Fails with SIGNATURE_INVALID when no signature is
   * by that key or identity, or none is in the log. Otherwise as sign does. Asks the registry at each call; never
   * cached.
   * https://docs.sigstore.dev/cosign/verifying/verify/
   *
   * @param image NAME@DIGEST
   * @param publicKey the public key in PEM
   * @param identity the identity that the certificate must name, in full
   * @param identityPattern a regular expression (Go) for the whole identity, instead of identity
   * @param issuer the issuer of the token, e.g. https://token.actions.githubusercontent.com
   * @param annotations KEY=VALUE pairs that must be signed
   * @param present skips the check that the registry has the image; then SIGNATURE_MISSING can also mean that the
   *   image is gone. Default: false
   * @param workflowRepository OWNER/NAME that the certificate of a GitHub workflow must name in addition to the
   *   identity; all callers of a reusable workflow share one identity. Default: any
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
   * Verifies the attestations of one type of an image, as verify does for signatures.
   *
   * It does not check what a predicate says. Fails with ATTESTATION_MISSING when the image has none of the type.
   * Fails with ATTESTATION_INVALID when none is by that key or identity, or none is in the log. Fails with
   * REPORT_TOO_LARGE above 96 MiB; otherwise as verify does. Never cached.
   * https://docs.sigstore.dev/cosign/verifying/attestation/
   *
   * @param image NAME@DIGEST
   * @param predicateType the type of the predicates, as for attest
   * @param publicKey the public key in PEM
   * @param identity the identity that the certificate must name, in full
   * @param identityPattern a regular expression (Go) for the whole identity, instead of identity
   * @param issuer the issuer of the token
   * @param present skips the check that the registry has the image, as for verify; default: false
   * @param workflowRepository as for verify; default: any
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
