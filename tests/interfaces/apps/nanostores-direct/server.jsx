import { Direct } from "../nanostores/App.jsx";
import { rendered } from "../react-server.jsx";

export const render = rendered(Direct);
