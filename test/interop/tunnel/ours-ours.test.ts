import { brokerSuite } from "./suite.ts";

brokerSuite("ours", "ours");
