import type { File, Secret, Service } from "@dagger.io/dagger";
import { Prometheus } from "./index.ts";

/** The arguments of the constructor by name, because several have the same type. */
export interface PrometheusSettings {
  readonly server: string;
  readonly token?: Secret;
  readonly username?: string;
  readonly ca?: File;
  readonly service?: Service;
  readonly limit?: number;
  readonly image?: string;
}

/** See the constructor. */
export function prometheusFrom(settings: PrometheusSettings): Prometheus {
  return new Prometheus(
    settings.server,
    settings.token,
    settings.username,
    settings.ca,
    settings.service,
    settings.limit,
    settings.image,
  );
}
