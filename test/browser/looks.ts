/** What was seen of a page at one width and in one scheme of colours. */
export interface Look {
  readonly name: string;
  readonly device: "phone" | "desk";
  readonly scheme: "light" | "dark";
  /** From the call until it had loaded. */
  readonly seconds: number;
  readonly verdict: string;
  /** How far down the verdict ends, in pixels. */
  readonly verdictBottom: number;
  /** By how many pixels the page is wider than the window. */
  readonly overflow: number;
  /** How many texts are wider than the place that they stand in. */
  readonly clipped: number;
  readonly background: string;
  readonly rows: number;
  readonly bars: number;
  /** What axe finds amiss for readers with other senses: contrast, labels, order. */
  readonly faults: readonly string[];
  /** Everything on the console, every dialog, and every request but that of the page. */
  readonly noise: readonly string[];
}

/** What its filters did. */
export interface Use {
  readonly name: string;
  readonly first: string;
  /** What has the focus after `/`. */
  readonly slash: string;
  /** From the first key until the rows were filtered by text. */
  readonly textSeconds: number;
  readonly byText: { readonly shown: string; readonly rules: readonly string[] };
  readonly bySeverity: { readonly shown: string; readonly severities: readonly string[] };
  readonly byService: { readonly shown: string };
  readonly byTool: { readonly shown: string; readonly tools: readonly string[] };
  readonly byStatus: { readonly shown: string; readonly messages: readonly string[] };
  readonly next: string;
  readonly options: readonly (readonly [name: string, options: readonly string[]])[];
  readonly noise: readonly string[];
}

export interface Looks {
  readonly looks: readonly Look[];
  readonly uses: readonly Use[];
}
