import {
  type ApplicationConfig,
  Component,
  inject,
  mergeApplicationConfig,
  PendingTasks,
  REQUEST,
  signal,
} from "@angular/core";
import { provideClientHydration } from "@angular/platform-browser";
import { provideRouter, RouterOutlet } from "@angular/router";
import { provideServerRendering, RenderMode, withRoutes } from "@angular/ssr";
import * as plangrep from "plangrep-client";
import { check } from "../check.mjs";
import { report } from "../page.mjs";

// For the page alone, and made where it is rendered too.
const client = new plangrep.PlangrepClient({ baseUrl: "/plangrep" });

@Component({ selector: "app-client", template: "<p>{{ text }}</p>" })
export class Client {
  text = String(client && plangrep.isTerminal("completed"));

  constructor() {
    if (typeof document === "object" && !inject(REQUEST, { optional: true })) {
      report((task: never) => check(plangrep, task));
    }
  }
}

@Component({ selector: "app-server", template: "<p>OUTCOME:{{ outcome() }}</p>" })
export class Server {
  outcome = signal("");

  constructor() {
    const request = inject(REQUEST, { optional: true });
    if (!request) return;
    const task = JSON.parse(new URL(request.url).searchParams.get("task") ?? "null");
    inject(PendingTasks).run(async () => {
      if (task) this.outcome.set(encodeURIComponent(JSON.stringify(await check(plangrep, task))));
    });
  }
}

@Component({ selector: "app-root", imports: [RouterOutlet], template: "<router-outlet />" })
export class Root {}

export const config: ApplicationConfig = {
  providers: [
    provideRouter([
      { path: "client", component: Client },
      { path: "server", component: Server },
    ]),
    provideClientHydration(),
  ],
};

export const serverConfig = mergeApplicationConfig(config, {
  providers: [provideServerRendering(withRoutes([{ path: "**", renderMode: RenderMode.Server }]))],
});
