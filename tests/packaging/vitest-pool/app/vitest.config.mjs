import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { __TASK__: process.env.TASK },
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" } })],
});
