/**
 * What a caller may use of the control plane: everything, what belongs to the organization of the caller's key, or what is
 * open to anyone.
 */
export type Access = "admin" | "organization" | "anyone";
