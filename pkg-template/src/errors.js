export class PlangrepError extends Error {
  constructor(code, message, cause) {
    super(message, { cause });
    this.code = code;
  }
}

export function unavailable(message, cause) {
  return new PlangrepError("wasm_unavailable", message, cause);
}
