// What a recipe's components do in a React application, two of them on one job, under StrictMode.
import { StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";

export const mounted = (App) => (element, jobId) => {
  const app = (
    <StrictMode>
      <App jobId={jobId} />
      <App jobId={jobId} />
    </StrictMode>
  );
  if (element.hasChildNodes()) {
    const root = hydrateRoot(element, app);
    return () => root.unmount();
  }
  const root = createRoot(element);
  root.render(app);
  return () => root.unmount();
};
