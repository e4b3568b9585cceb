declare module "express";
declare const process: { env: Record<string, string> };
