#include "tools/common/terminal.hpp"

#include <unistd.h>

#include <iostream>

namespace ledger_bridge::tools {

bool on_terminal() {
    return ::isatty(STDIN_FILENO) == 1;
}

std::string typed(const std::string& question) {
    std::cout.flush();
    std::cerr << question << std::flush;
    std::string line;
    std::getline(std::cin, line);
    const auto first = line.find_first_not_of(" \t\r");
    const auto last = line.find_last_not_of(" \t\r");
    return first == std::string::npos ? std::string{} : line.substr(first, last - first + 1);
}

bool confirmed(const std::string& question) {
    const auto answer = typed(question);
    return answer == "y" || answer == "Y" || answer == "yes";
}

bool agreed(const std::string& question, bool yes) {
    return yes || !on_terminal() || confirmed(question);
}

}  // namespace ledger_bridge::tools
