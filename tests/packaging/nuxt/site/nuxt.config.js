export default {
  compatibilityDate: "2026-11-01",
  telemetry: false,
  nitro: process.env.WASM ? { experimental: { wasm: true } } : {},
};
