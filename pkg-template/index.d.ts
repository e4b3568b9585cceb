export declare class PlangrepError extends Error {
  readonly code: string;
}
export declare function isTerminal(of: string | { readonly status: string }): boolean;
