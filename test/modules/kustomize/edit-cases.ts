import { newDigest, oldDigest } from "./fixtures.ts";

/** One edit: the file before, what is asked for, the file after, to the byte. */
export interface Case {
  readonly name: string;
  readonly before: string;
  readonly images: readonly string[];
  readonly after: string;
  readonly replaceDigest?: boolean;
}

export const shop = (lines: string) => `resources:\n- ../../base\nimages:\n${lines}`;

export const values: Case[] = [
  {
    name: "a quoted tag keeps its double quotes and its comment",
    before: shop('- name: orders # ours\n  newTag: "1.0" # bumped by CI\n'),
    images: ["orders:1.1"],
    after: shop('- name: orders # ours\n  newTag: "1.1" # bumped by CI\n'),
  },
  {
    name: "a tag in single quotes keeps them",
    before: shop("- name: orders\n  newTag: '1.0'\n"),
    images: ["orders:v2"],
    after: shop("- name: orders\n  newTag: 'v2'\n"),
  },
  {
    name: "a plain tag stays plain where it stays text",
    before: shop("- name: orders\n  newTag: 1.0.0\n"),
    images: ["orders:1.1.0-rc.1"],
    after: shop("- name: orders\n  newTag: 1.1.0-rc.1\n"),
  },
  {
    name: "the order of entries and of keys stays",
    before: shop("- newTag: v1\n  name: zeta\n- name: alpha\n  newTag: v1\n"),
    images: ["alpha:v2", "zeta:v3"],
    after: shop("- newTag: v3\n  name: zeta\n- name: alpha\n  newTag: v2\n"),
  },
  {
    name: "newName stays when only a tag is given",
    before: shop("- name: orders\n  newName: ghcr.io/acme/orders\n  newTag: v1\n"),
    images: ["orders:v2"],
    after: shop("- name: orders\n  newName: ghcr.io/acme/orders\n  newTag: v2\n"),
  },
  {
    name: "every entry that gives the name is set",
    before: shop("- name: orders\n  newName: b/orders\n  newTag: v1\n- name: jobs\n  newName: b/orders\n"),
    images: ["b/orders:v2"],
    after: shop(
      "- name: orders\n  newName: b/orders\n  newTag: v2\n- name: jobs\n  newName: b/orders\n  newTag: v2\n",
    ),
  },
  {
    name: "newName changes when one is given",
    before: shop("- name: orders\n  newName: ghcr.io/acme/orders\n  newTag: v1\n"),
    images: ["orders=localhost:5000/acme/orders:v2"],
    after: shop("- name: orders\n  newName: localhost:5000/acme/orders\n  newTag: v2\n"),
  },
  {
    name: "a name with a registry's port is found",
    before: shop("- name: localhost:5000/orders\n  newTag: v1\n"),
    images: ["localhost:5000/orders:v2"],
    after: shop("- name: localhost:5000/orders\n  newTag: v2\n"),
  },
  {
    name: "an empty newTag gets its value",
    before: shop("- name: orders\n  newTag:\n- name: b\n"),
    images: ["orders:v2"],
    after: shop("- name: orders\n  newTag: v2\n- name: b\n"),
  },
  {
    name: "an empty newTag before a comment gets its value",
    before: shop("- name: orders\n  newTag: # none yet\n"),
    images: ["orders:v2"],
    after: shop("- name: orders\n  newTag: v2 # none yet\n"),
  },
  {
    name: "a tag in flow style changes in place",
    before: "images: [ {name: orders, newTag: v1} , {newTag: 'v1', name: b} ] # all\n",
    images: ["orders:v2", "b:v3"],
    after: "images: [ {name: orders, newTag: v2} , {newTag: 'v3', name: b} ] # all\n",
  },
  {
    name: "JSON stays JSON",
    before: '{"resources":["a.yaml"],"images":[{"name":"orders","newTag":"1"}]}',
    images: ["orders:2", "b:3"],
    after: '{"resources":["a.yaml"],"images":[{"name":"orders","newTag":"2"}, {"name": "b", "newTag": "3"}]}',
  },
  {
    name: "what is set already leaves the file as it is",
    before: shop(`- name: orders\n  newTag: v1\n  digest: ${oldDigest}`),
    images: [`orders:v1@${oldDigest}`],
    after: shop(`- name: orders\n  newTag: v1\n  digest: ${oldDigest}`),
  },
  {
    name: "a file that begins with --- and ends with ... keeps both",
    before: "---\nimages:\n- name: orders\n  newTag: v1\n...\n",
    images: ["orders:v2"],
    after: "---\nimages:\n- name: orders\n  newTag: v2\n...\n",
  },
  {
    name: "an explicit tag !!str stays",
    before: shop("- name: orders\n  newTag: !!str 1\n"),
    images: ["orders:2"],
    after: shop('- name: orders\n  newTag: !!str "2"\n'),
  },
  {
    name: "quoted keys are keys",
    before: '"images":\n- "name": "orders"\n  "newTag": "1"\n',
    images: ["orders:2"],
    after: '"images":\n- "name": "orders"\n  "newTag": "2"\n',
  },
];

export const digests: Case[] = [
  {
    name: "a digest takes the tag's line, and its comment stays",
    before: shop("- name: orders\n  newTag: v1 # by CI\n"),
    images: [`orders@${newDigest}`],
    after: shop(`- name: orders\n  digest: ${newDigest} # by CI\n`),
  },
  {
    name: "a digest takes the tag's place in flow style",
    before: "images: [{name: orders, newTag: v1}]\n",
    images: [`orders@${newDigest}`],
    after: `images: [{name: orders, digest: ${newDigest}}]\n`,
  },
  {
    name: "a digest alone removes the tag beside the old digest",
    before: shop(`- name: orders\n  newTag: v1\n  digest: ${oldDigest}\n- name: b\n`),
    images: [`orders@${newDigest}`],
    after: shop(`- name: orders\n  digest: ${newDigest}\n- name: b\n`),
  },
  {
    name: "a removed line leaves its comment",
    before: shop(`- name: orders\n  newTag: v1 # chosen by hand\n  digest: ${oldDigest}\n`),
    images: [`orders@${newDigest}`],
    after: shop(`- name: orders\n  # chosen by hand\n  digest: ${newDigest}\n`),
  },
  {
    name: "a tag that stands first gives its place to the digest",
    before: shop(`- newTag: v1\n  digest: ${oldDigest}\n  name: orders\n`),
    images: [`orders@${newDigest}`],
    after: shop(`- digest: ${newDigest}\n  name: orders\n`),
  },
  {
    name: "tag and digest are both set, the missing one below the other",
    before: shop("- name: orders\n  newTag: v1 # by CI\n"),
    images: [`orders:v2@${newDigest}`],
    after: shop(`- name: orders\n  newTag: v2 # by CI\n  digest: ${newDigest}\n`),
  },
  {
    name: "a tag takes a digest's place when that is asked for",
    before: shop(`- name: orders\n  digest: ${oldDigest} # pinned\n`),
    images: ["orders:v2"],
    after: shop("- name: orders\n  newTag: v2 # pinned\n"),
    replaceDigest: true,
  },
  {
    name: "a tag asked to replace a digest removes it from beside the old tag, at the end of a file without a newline",
    before: shop(`- name: orders\n  newTag: v1\n  digest: ${oldDigest}`),
    images: ["orders:v2"],
    after: shop("- name: orders\n  newTag: v2"),
    replaceDigest: true,
  },
  {
    name: "in flow style a superfluous field goes with its comma",
    before: `images: [{name: orders, newTag: v1, digest: ${oldDigest}}, {digest: ${oldDigest}, newTag: v1, name: b}]`,
    images: ["orders:v2", "b:v3"],
    after: "images: [{name: orders, newTag: v2}, {newTag: v3, name: b}]",
    replaceDigest: true,
  },
  {
    name: "a new name goes between the name and a digest that goes",
    before: shop(`- newTag: v1\n  name: orders\n  digest: ${oldDigest}`),
    images: ["orders=acme/orders:v2"],
    after: shop("- newTag: v2\n  name: orders\n  newName: acme/orders"),
    replaceDigest: true,
  },
  {
    name: "an empty digest is no digest",
    before: shop("- name: orders\n  newTag: v1\n  digest: ''\n"),
    images: ["orders:v2"],
    after: shop("- name: orders\n  newTag: v2\n  digest: ''\n"),
  },
];

export const additions: Case[] = [
  {
    name: "an entry without a tag gets one below its name",
    before: shop("  - name: orders   # ours\n  - name: b\n"),
    images: [`orders=acme/orders:v2@${newDigest}`],
    after: shop(
      `  - name: orders   # ours\n    newName: acme/orders\n    newTag: v2\n    digest: ${newDigest}\n  - name: b\n`,
    ),
  },
  {
    name: "an entry in flow style without a tag gets one",
    before: "images: [{name: orders}]",
    images: ["orders=acme/orders:1.10"],
    after: 'images: [{name: orders, newName: acme/orders, newTag: "1.10"}]',
  },
  {
    name: "a new entry comes last, indented as the others, and comments after the list stay after it",
    before: shop("    -   name: b # two\n        newTag: v1\n# end\n"),
    images: ["orders:v2"],
    after: shop(
      "    -   name: b # two\n        newTag: v1\n    -   name: orders\n        newTag: v2\n# end\n",
    ),
  },
  {
    name: "a new entry follows an entry with an anchor",
    before: shop("- &b\n  name: b\n"),
    images: ["orders:v2"],
    after: shop("- &b\n  name: b\n- name: orders\n  newTag: v2\n"),
  },
  {
    name: "a missing images: is added at the end, before the last comments",
    before: "resources:\n  - ../../base # the base\n\n# the end\n",
    images: ["orders:v2", `b@${newDigest}`],
    after: `resources:\n  - ../../base # the base\nimages:\n  - name: orders\n    newTag: v2\n  - name: b\n    digest: ${newDigest}\n\n# the end\n`,
  },
  {
    name: "a missing images: is added to a file without a final newline, which gets none",
    before: "resources: [a.yaml]",
    images: ["orders:v2"],
    after: "resources: [a.yaml]\nimages:\n  - name: orders\n    newTag: v2",
  },
  {
    name: "a missing images: is added after a block scalar",
    before: "patches:\n- patch: |-\n    a: 1\n    b: 2\n",
    images: ["orders:v2"],
    after: "patches:\n- patch: |-\n    a: 1\n    b: 2\nimages:\n- name: orders\n  newTag: v2\n",
  },
  {
    name: "a missing images: is added to a flow mapping",
    before: "{resources: [a.yaml]}\n",
    images: ["orders:v2"],
    after: "{resources: [a.yaml], images: [{name: orders, newTag: v2}]}\n",
  },
  {
    name: "an empty images: gets its first entry",
    before: "images: # none yet\nresources:\n- a.yaml\n",
    images: ["orders:v2"],
    after: "images: # none yet\n- name: orders\n  newTag: v2\nresources:\n- a.yaml\n",
  },
  {
    name: "images: [] gets its first entry inside the brackets",
    before: "images: [] # none\nresources: []\n",
    images: ["orders:v2"],
    after: "images: [{name: orders, newTag: v2}] # none\nresources: []\n",
  },
  {
    name: "an empty images: in a flow mapping gets a list",
    before: "{images: , namespace: shop}\n",
    images: ["orders:v2"],
    after: "{images: [{name: orders, newTag: v2}] , namespace: shop}\n",
  },
  {
    name: "images: null gets a list",
    before: "images: null # none\n",
    images: ["orders:v2"],
    after: "images: [{name: orders, newTag: v2}] # none\n",
  },
];

export const shared: Case[] = [
  {
    name: "an anchor stays with its value, and an alias that shall say the same follows it",
    before: shop("- name: orders\n  newTag: &tag v1\n- name: worker\n  newTag: *tag\n"),
    images: ["orders:v2", "worker:v2"],
    after: shop("- name: orders\n  newTag: &tag v2\n- name: worker\n  newTag: *tag\n"),
  },
  {
    name: "an alias gives way to a value of its own, and the anchor keeps its value",
    before: shop("- name: orders\n  newTag: &tag v1\n- name: worker\n  newTag: *tag # as orders\n"),
    images: ["worker:v2"],
    after: shop("- name: orders\n  newTag: &tag v1\n- name: worker\n  newTag: v2 # as orders\n"),
  },
  {
    name: "anchors elsewhere stay unexpanded",
    before: "commonLabels: &l {a: b}\nlabels:\n- pairs: *l\nimages:\n- name: orders\n  newTag: v1\n",
    images: ["orders:v2"],
    after: "commonLabels: &l {a: b}\nlabels:\n- pairs: *l\nimages:\n- name: orders\n  newTag: v2\n",
  },
];
