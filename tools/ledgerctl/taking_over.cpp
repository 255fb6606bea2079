#include "tools/ledgerctl/taking_over.hpp"

#include <iostream>
#include <variant>

#include "tools/common/errors.hpp"
#include "tools/common/installation.hpp"
#include "tools/common/output.hpp"
#include "tools/common/whole_file.hpp"
#include "tools/ledgerctl/foreign_signer.hpp"
#include "tools/ledgerctl/moving.hpp"

namespace ledger_bridge::tools {

namespace {

using admin::ExitCode;
using nlohmann::json;

// Relative to here, the daemon would look elsewhere.
Result<Places> places_of(const ControlOptions& options) {
    const auto installation = read_installation(options.common);
    if (!installation) {
        return installation.error();
    }
    Places places{options.common.device, std::nullopt};
    if (installation->state_dir) {
        std::error_code error;
        places.state_dir = std::filesystem::absolute(*installation->state_dir, error).string();
    }
    return places;
}

// A link counts too, wherever it leads.
Result<void> check_output(const ControlOptions& options) {
    std::error_code error;
    const bool there =
        options.output && std::filesystem::symlink_status(*options.output, error).type() !=
                              std::filesystem::file_type::not_found;
    return there && !options.force ? fail(Errc::output_exists, *options.output) : Result<void>();
}

Result<void> write_configuration(const ControlOptions& options, const std::string& text) {
    if (options.output && !options.dry_run) {
        return write_whole_file(*options.output, text, Readers::everybody);
    }
    if (!options.common.json) {
        std::cout << text << std::flush;
    }
    return {};
}

// What is printed beside a configuration must not get into it.
bool talks_aside(const ControlOptions& options) {
    return options.common.json || !options.output || options.dry_run;
}

json result_json(const ForeignSigner& signer, const json& marks, const std::string& text) {
    auto keys = json::array();
    for (const auto& key : signer.keys) {
        keys.push_back({{"name", key.name},
                        {"address", key.address},
                        {"scheme", key.scheme},
                        {"uri", key.uri ? json(key.uri->text()) : json(nullptr)}});
    }
    return {{"keys", keys}, {"marks", marks}, {"configuration", text}};
}

int finish(const ControlOptions& options,
           const ForeignSigner& signer,
           const Places& places,
           const json& marks) {
    const auto text = configuration_text(signer, places);
    const auto written = write_configuration(options, text);
    if (!written) {
        say("The watermarks were taken over all the same.", true);
        return print_error(written.error());
    }
    if (options.common.json) {
        print_json(result_json(signer, marks, text));
    } else if (!talks_aside(options)) {
        say("The configuration is in " + *options.output, false);
    }
    return static_cast<int>(ExitCode::done);
}

}  // namespace

bool is_whole_signer(const ControlOptions& options) {
    return options.files.size() == 2 && options.files.front() == "octez";
}

int take_over(const ControlOptions& options) {
    const auto places = places_of(options);
    const auto signer = places ? read_octez(options.files.back()) : places.error();
    const auto output = signer ? check_output(options) : signer.error();
    if (!output) {
        return print_error(output.error());
    }
    for (const auto& line : foreign_lines(*signer)) {
        say(line, talks_aside(options));
    }
    if (signer->marks.empty()) {
        return finish(options, *signer, *places, nullptr);
    }
    const auto marks = import_files(options, signer->marks);
    if (const auto* failure = std::get_if<admin::Failure>(&marks)) {
        return print_error(*failure);
    }
    print_import(std::get<json>(marks), talks_aside(options));
    return finish(options, *signer, *places, std::get<json>(marks));
}

}  // namespace ledger_bridge::tools
