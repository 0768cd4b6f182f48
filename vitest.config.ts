import { defineConfig } from "vitest/config";

/** A loaded machine must not decide whether a test passes: these bounds only end what hangs. */
const patience = { testTimeout: 120_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    // A gateway, its ports and the machine's two cores are shared: one file after the other.
    fileParallelism: false,
    projects: [
      { test: { name: "types", include: ["types/test/**/*.test.ts"], ...patience } },
      { test: { name: "packaging", include: ["scripts/test/**/*.test.ts"], ...patience } },
      { test: { name: "gateway", include: ["gateway/test/**/*.test.ts"], ...patience } },
      { test: { name: "e2e", include: ["e2e/**/*.test.ts"], exclude: ["e2e/keycloak/**"], ...patience } },
      { test: { name: "keycloak", include: ["e2e/keycloak/**/*.test.ts"], ...patience } },
    ],
  },
});
