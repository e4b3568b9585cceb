import { rendered } from "../react-server.jsx";
import { App } from "./App.jsx";

export const render = rendered(App);
