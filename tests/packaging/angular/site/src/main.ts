import { bootstrapApplication } from "@angular/platform-browser";
import { config, Root } from "./app";

bootstrapApplication(Root, config);
