// The WebAssembly instances of this process. Import it before the package starts its module: the only way to its memory.

export const instances = [];

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    instances.push(this);
  }
};

/** How much memory they have, in bytes. */
export const wasmBytes = () => instances.reduce((sum, { exports }) => sum + exports.memory.buffer.byteLength, 0);
