import { createSSRApp, h } from "vue";
import Job from "../../../../recipes/vue/Job.vue";

export const app = (jobId) => createSSRApp({ render: () => h("div", [h(Job, { jobId }), h(Job, { jobId })]) });
