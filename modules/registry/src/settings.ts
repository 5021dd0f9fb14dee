import { type File, type Secret, type Service } from "@dagger.io/dagger";

/** The access to a registry. */
export interface Access {
  readonly username: string;
  readonly password: Secret | undefined;
  readonly ca: File | undefined;
  readonly service: Service | undefined;
  readonly plainHttp: boolean;
}

/** The settings that every call of crane needs. */
export interface Settings {
  readonly image: string;
  readonly base: string;
  /** Seconds within which a failure is tried again. */
  readonly deadline: number;
  /** Seconds that one attempt may take. */
  readonly timeout: number;
}
