/** This Slipway's version, as in package.json: of what differs in it no reports are merged. */
export const version = "0.1.0";
