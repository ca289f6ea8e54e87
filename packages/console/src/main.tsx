import { render } from "preact";
import { App } from "./app.tsx";
import { rememberedTheme, showTheme } from "./shell/theme.ts";
import "./style/index.css";

showTheme(rememberedTheme());
const root = document.getElementById("app");
if (root) render(<App />, root);
