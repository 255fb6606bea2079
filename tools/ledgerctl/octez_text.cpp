#include "tools/ledgerctl/octez_text.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/common/output.hpp"

// Source of every text: Octez, ledger.ml of its signer backends.
namespace ledger_bridge::tools::octez {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kCurves{"ed25519", "secp256k1", "P-256", "bip25519"};

// In quotes with backslashes, as OCaml's %S.
std::string quoted(const std::string& text) {
    return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

// An app that does not tell its build is shown without.
std::string app_text(const json& device) {
    const auto& app = member(device, "app");
    const auto text = text_in(app, "name") + " " + text_in(app, "version");
    const auto git = text_in(app, "git");
    return git.empty() ? text : fmt::format("{} (git-description: {})", text, quoted(git));
}

// An emulator has neither.
std::string product_text(const json& device) {
    const auto model = text_in(device, "model");
    return model.empty() ? "NONE" : model;
}

std::string mark_text(const json& mark) {
    return fmt::format("{} (round: {})", number_in(mark, "level"), number_in(mark, "round"));
}

std::string chain_text(const std::string& chain) {
    return chain == "any" ? "'Unspecified'" : chain;
}

std::string change(std::string_view title, const std::string& before, const std::string& after) {
    return fmt::format("* {}: {} -> {}", title, before, after);
}

std::string path_line(const apdu::DerivationPath& path) {
    std::vector<std::string> numbers;
    for (const auto number : path.components()) {
        numbers.push_back(fmt::format("0x{:X}", number));
    }
    return fmt::format("* Path: `{}` [{}]", path.text(), fmt::join(numbers, "; "));
}

}  // namespace

Lines connected_lines(const json& device, const std::string& user) {
    const auto name = text_in(device, "name");
    const auto path = text_in(device, "path");
    Lines lines{
        fmt::format("## Ledger `{}`", name),
        fmt::format("Found a {} application running on Ledger {} at [{}].",
                    app_text(device),
                    product_text(device),
                    path.empty() ? text_in(device, "device") : path),
        "",
        "To use keys at BIP32 path m/44'/1729'/0'/0' (default Tezos key path), use one of:"};
    for (const auto curve : kCurves) {
        lines.push_back(
            fmt::format("  octez-client import secret key ledger_{} \"ledger://{}/{}/0h/0h\"",
                        user,
                        name,
                        curve));
    }
    return lines;
}

Lines show_lines(const apdu::LedgerUri& uri, const json& device, const json& key) {
    Lines lines{fmt::format("Found ledger corresponding to {}:", uri.text()),
                "* Manufacturer: Ledger",
                "* Product: " + product_text(device),
                "* Application: " + app_text(device)};
    if (!uri.path) {
        lines.emplace_back("* This is just a ledger URI.");
        return lines;
    }
    lines.push_back(fmt::format("* Curve: `{}`", text_in(key, "curve")));
    lines.push_back(path_line(*uri.path));
    lines.push_back("* Public Key: " + text_in(key, "public_key"));
    lines.push_back("* Public Key Hash: " + text_in(key, "address"));
    return lines;
}

Lines marks_lines(const apdu::LedgerUri& uri, const json& device) {
    const auto& marks = member(device, "device_marks");
    return {
        fmt::format("The high water mark values for {} are {} for the main-chain ({}) and {} "
                    "for the test-chain.",
                    uri.text(),
                    mark_text(member(marks, "main")),
                    chain_text(text_in(device, "chain")),
                    mark_text(member(marks, "test")))};
}

Lines authorized_lines(const apdu::LedgerUri& uri, const json& device) {
    const auto& key = member(device, "authorized");
    if (key.is_null()) {
        return {"No baking key authorized at all."};
    }
    Lines lines{"Authorized baking path: " + text_in(key, "path"),
                "Authorized baking curve: " + text_in(key, "curve")};
    if (uri.path) {
        lines.push_back("Authorized baking URI: " + uri.text());
    }
    return lines;
}

Lines setup_lines(const json& plan) {
    const auto& before = member(plan, "old");
    const auto& after = member(plan, "new");
    return {"Setting up the ledger:",
            change("Main chain ID",
                   chain_text(text_in(before, "chain")),
                   chain_text(text_in(plan, "chain"))),
            change("Main chain High Watermark",
                   mark_text(member(before, "main")),
                   mark_text(member(after, "main"))),
            change("Test chain High Watermark",
                   mark_text(member(before, "test")),
                   mark_text(member(after, "test")))};
}

Lines set_up_lines(const json& result) {
    return {"Authorized baking for address: " + text_in(result, "address"),
            "Corresponding full public key: " + text_in(result, "public_key")};
}

Lines reset_lines(const apdu::LedgerUri& uri, const json& result) {
    return {fmt::format("{} has now high water mark: {}",
                        uri.text(),
                        mark_text(member(member(result, "new"), "main")))};
}

}  // namespace ledger_bridge::tools::octez
