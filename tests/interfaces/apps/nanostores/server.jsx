import { rendered } from "../react-server.jsx";
import { Computed } from "./App.jsx";

export const render = rendered(Computed);
