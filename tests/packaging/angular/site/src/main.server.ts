import { type BootstrapContext, bootstrapApplication } from "@angular/platform-browser";
import { Root, serverConfig } from "./app";

export default (context: BootstrapContext) => bootstrapApplication(Root, serverConfig, context);
