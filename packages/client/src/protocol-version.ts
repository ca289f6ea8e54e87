/** The version of the vendor's client whose protocol this one speaks; servers compare it with their cut-offs. */
export const PROTOCOL_VERSION = "5.22.14";
