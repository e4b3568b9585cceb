import { route } from "@react-router/dev/routes";

export default [
  route("client", "routes/client.jsx"),
  route("server", "routes/server.jsx"),
  route("route", "routes/route.js"),
];
