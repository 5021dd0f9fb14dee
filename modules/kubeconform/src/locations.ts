const kind = "{{.ResourceKind}}{{.KindSuffix}}.json";
const version = "{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}";

/**
 * The places where kubeconform searches for a schema, in order: the caller's by version or group, the packed ones,
 * the caller's without a group. The last ones come late because service_v1.json, for example, may be of another
 * group's Service.
 * https://github.com/yannh/kubeconform#overriding-schemas-location
 */
export const locations: readonly string[] = [
  `/schemas/own/${version}/${kind}`,
  "/schemas/own/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
  `/schemas/packed/${version}/${kind}`,
  `/schemas/own/${kind}`,
  "/schemas/own/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
];
