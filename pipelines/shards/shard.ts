/** One of the parts that a suite's tests are split into, from 1 on. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}
