#include "daemon/http/status_page.hpp"

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "daemon/http/json_text.hpp"

namespace ledger_bridge::daemon {

namespace {

// Rows refresh every five seconds: less than one block.
constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width">
<title>ledger-bridge: {state}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }}
th {{ text-align: left; padding-right: 2rem; vertical-align: top }}
.ready {{ color: #0a6b2d }} .waiting {{ color: #a11 }}
</style>
</head>
<body>
<h1>ledger-bridge {version}</h1>
<p class="{style}"><strong>{state}</strong></p>
<table>
{rows}</table>
<p><a href="/healthz">health as JSON</a> · <a href="/metrics">metrics</a></p>
</body>
</html>
)";

std::string escape(std::string_view text) {
    std::string escaped;
    for (const auto letter : text) {
        switch (letter) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += letter;
        }
    }
    return escaped;
}

std::string cell(const nlohmann::ordered_json& value) {
    if (value.is_null()) {
        return "–";
    }
    // Through JSON's own text, because it repairs bytes that are no UTF-8.
    auto text = json_text(value);
    if (value.is_string()) {
        text = text.substr(1, text.size() - 2);
    }
    return escape(text);
}

std::string rows(const nlohmann::ordered_json& health) {
    std::string rows;
    for (const auto& [name, value] : health.items()) {
        if (name == "ready") {
            continue;
        }
        if (!value.is_array()) {
            rows += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", cell(name), cell(value));
            continue;
        }
        std::string lines;
        for (const auto& line : value) {
            lines += cell(line) + "<br>";
        }
        rows += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n",
                            cell(name),
                            lines.empty() ? std::string("–") : lines);
    }
    return rows;
}

}  // namespace

HttpAnswer status_page(const nlohmann::ordered_json& health, std::string_view version) {
    const auto found = health.find("ready");
    const auto ready = found != health.end() && *found == true;
    return {.content_type = "text/html; charset=utf-8",
            .body = fmt::format(kPage,
                                fmt::arg("state", ready ? "ready to sign" : "not ready"),
                                fmt::arg("style", ready ? "ready" : "waiting"),
                                fmt::arg("version", escape(version)),
                                fmt::arg("rows", rows(health)))};
}

}  // namespace ledger_bridge::daemon
