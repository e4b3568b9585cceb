import "@angular/compiler";
import { provideZonelessChangeDetection, type Type } from "@angular/core";
import { createApplication } from "@angular/platform-browser";

/** Two components in one element; `prepare` gives each its job. */
export const mounted =
  <C>(component: Type<C>, prepare: (instance: C, jobId: string) => void) =>
  async (element: HTMLElement, jobId: string) => {
    element.replaceChildren(); // Without the provider for hydration Angular draws anew what a server has drawn.
    const app = await createApplication({ providers: [provideZonelessChangeDetection()] });
    for (let copy = 0; copy < 2; copy += 1) {
      const host = element.appendChild(document.createElement("section"));
      prepare(app.bootstrap(component, host).instance, jobId);
    }
    return () => app.destroy();
  };
