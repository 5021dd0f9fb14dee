/** This Slipway's version, as in package.json. Reports of different versions are not merged. */
export const version = "0.1.0";
