import { mounted } from "../react.jsx";
import { App } from "./App.jsx";

export const mount = mounted(App);
