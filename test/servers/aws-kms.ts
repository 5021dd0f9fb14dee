import { type Container, dag, type File } from "@dagger.io/dagger";
import { type Certificate, issue } from "../../ci/servers/certificate.ts";

const host = "kms.test";
const endpoint = `${host}:5000`;
const alias = "alias/release";

/** The key of a service that `awsKms` started, as cosign takes it. */
export const awsKey = `awskms://${endpoint}/${alias}`;

/** A key management service by AWS's protocol, in the engine, with one key to sign by. */
export interface AwsKms {
  /** The key's public half, as the service itself tells it. */
  readonly publicKey: File;
  /** Who may use it, by the variables that say so. */
  readonly login: Readonly<Record<string, string>>;
}

const create = `
import boto3
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
kms = boto3.client("kms", endpoint_url="https://${endpoint}", verify="/tls/ca.pem")
key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
kms.create_alias(AliasName="${alias}", TargetKeyId=key)
der = kms.get_public_key(KeyId=key)["PublicKey"]
with open("/kms.pub", "wb") as file:
    file.write(load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
`;

/** moto with what it lacks: cosign hands over digests (MessageType DIGEST), which it would hash once more. */
const server = `
import sys
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.kms.utils import ec
from moto.server import main
init = ec.ECDSA.__init__
ec.ECDSA.__init__ = lambda self, algorithm: init(self, Prehashed(algorithm))
main(sys.argv[1:])
`;

/**
 * Starts moto's KMS (https://docs.getmoto.org) for a session, whose containers reach it by its name.
 *
 * @param folder where its certificate is written to; it has to be there.
 * @param by who issues that.
 */
export async function awsKms(folder: string, by: Certificate): Promise<AwsKms> {
  const { certFile, keyFile } = await issue(by, folder, [host]);
  const login = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "canary-of-the-id-2c4",
    AWS_SECRET_ACCESS_KEY: "canary-of-the-access-key-9e1",
  };
  const moto = dag
    .container()
    .from("python:3.13-slim")
    .withExec(["pip", "install", "--quiet", "--root-user-action=ignore", "moto[kms,server]==5.2.5"])
    .withMountedFile("/tls/ca.pem", dag.host().file(by.certFile))
    .withMountedFile("/tls/server.pem", dag.host().file(certFile))
    .withMountedFile("/tls/server.key", dag.host().file(keyFile));
  const tls = ["--ssl-cert=/tls/server.pem", "--ssl-key=/tls/server.key"];
  await moto
    .withExposedPort(5000)
    .asService({ args: ["python", "-c", server, "--host=0.0.0.0", "--port=5000", ...tls] })
    .withHostname(host)
    .start();
  const publicKey = await Object.entries({ ...login, AWS_DEFAULT_REGION: login.AWS_REGION })
    .reduce((each: Container, [name, value]) => each.withEnvVariable(name, value), moto)
    .withEnvVariable("FOLDER", folder)
    .withExec(["python", "-c", create])
    .file("/kms.pub")
    .sync();
  return { publicKey, login };
}
