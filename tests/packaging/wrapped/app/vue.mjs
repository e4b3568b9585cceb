import { computed, reactive, readonly, ref, shallowReactive } from "vue";
import { use } from "./use.mjs";

const ways = [
  (object) => reactive({ object }).object,
  (object) => ref(object).value,
  (object) => readonly(reactive({ object })).object,
  (object) => shallowReactive({ object }).object,
  (object) => computed(() => reactive([object])[0]).value,
];
let turn = 0;
await use((object) => ways[turn++ % ways.length](object));
