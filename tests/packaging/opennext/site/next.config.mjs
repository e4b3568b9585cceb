export default { serverExternalPackages: ["plangrep-client"] };
