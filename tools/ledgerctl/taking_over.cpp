#include "tools/ledgerctl/taking_over.hpp"

#include <algorithm>
#include <iostream>
#include <variant>

#include "daemon/floor/errors.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/installation.hpp"
#include "tools/common/output.hpp"
#include "tools/common/whole_file.hpp"
#include "tools/ledgerctl/foreign_files.hpp"
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

Result<ForeignSigner> read_signer(const std::vector<std::string>& words) {
    if (words.front() == "octez") {
        return read_octez(words.back());
    }
    return read_signatory(
        words[1],
        words.size() == 3 ? std::optional<std::filesystem::path>(words[2]) : std::nullopt);
}

// A link counts too, wherever it leads.
Result<void> check_file(const std::filesystem::path& file, bool force) {
    std::error_code error;
    if (absent(file) || (force && !std::filesystem::is_directory(file, error))) {
        return {};
    }
    return fail(Errc::output_exists, file.string());
}

// Whether a file is what is taken over, or would come into its folder. Links are followed.
bool is_theirs(const std::filesystem::path& file, const std::vector<std::string>& words) {
    std::error_code error;
    const auto folder = std::filesystem::weakly_canonical(file, error).parent_path();
    return std::any_of(words.begin() + 1, words.end(), [&](const std::filesystem::path& theirs) {
        return std::filesystem::equivalent(file, theirs, error) ||
               std::filesystem::equivalent(folder, theirs, error);
    });
}

// Whether the files may be written. The clients' keys get one beside the configuration, which
// names it.
Result<void> check_output(const ControlOptions& options, ForeignSigner& signer) {
    if (!options.output) {
        return signer.clients.empty()
                   ? Result<void>()
                   : fail(Errc::output_needed, "authorized_keys in " + options.files[1]);
    }
    if (is_theirs(*options.output, options.files)) {
        return fail(Errc::output_theirs, *options.output);
    }
    auto checked = check_file(*options.output, options.force);
    if (checked && !signer.clients.empty()) {
        std::error_code error;
        signer.authorized_keys =
            std::filesystem::absolute(*options.output + ".authorized-keys", error);
        checked = check_file(*signer.authorized_keys, options.force);
    }
    return checked;
}

// The configuration comes last, since it gives the other its meaning.
Result<void> write_configuration(const ControlOptions& options,
                                 const ForeignSigner& signer,
                                 const std::string& text) {
    if (options.output && !options.dry_run) {
        std::vector<NewFile> files;
        if (!signer.clients.empty()) {
            files.push_back({*signer.authorized_keys, clients_text(signer)});
        }
        files.push_back({*options.output, text});
        return write_whole_files(files, Readers::everybody);
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
    return {{"keys", keys}, {"marks", marks}, {"configuration", text}, {"left", signer.left}};
}

int finish(const ControlOptions& options,
           const ForeignSigner& signer,
           const Places& places,
           const json& marks) {
    const auto text = configuration_text(signer, places);
    const auto written = write_configuration(options, signer, text);
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
    const auto& words = options.files;
    return (words.size() == 2 && (words.front() == "octez" || words.front() == "signatory")) ||
           (words.size() == 3 && words.front() == "signatory");
}

int take_over(const ControlOptions& options) {
    const auto places = places_of(options);
    auto signer = places ? read_signer(options.files) : places.error();
    const auto output = signer ? check_output(options, *signer) : signer.error();
    if (!output) {
        return print_error(output.error());
    }
    for (const auto& line : foreign_lines(*signer)) {
        say(line, talks_aside(options));
    }
    if (signer->marks.empty() && options.take_back) {
        return print_error(fail(floor::Errc::nothing_since_handover, "it has no marks"));
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
