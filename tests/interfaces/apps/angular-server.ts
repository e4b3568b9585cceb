import "@angular/compiler";
import { provideZonelessChangeDetection, type Type } from "@angular/core";
import { type BootstrapContext, bootstrapApplication } from "@angular/platform-browser";
import { provideServerRendering, renderApplication } from "@angular/platform-server";

/** What a server makes of a component whose selector is "app-root". */
export function rendered(root: Type<unknown>) {
  const providers = [provideServerRendering(), provideZonelessChangeDetection()];
  const bootstrap = (context: BootstrapContext) => bootstrapApplication(root, { providers }, context);
  return renderApplication(bootstrap, {
    document: "<app-root></app-root>",
    url: "http://localhost/",
    allowedHosts: ["localhost"],
  });
}
