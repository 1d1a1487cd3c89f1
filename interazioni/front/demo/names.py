"""Invented people: given names and surnames by country of origin, with the share each country has among the recipients.

The shares are ours, for a believable region; they are no statistics. Any likeness to a person is chance.
"""

# country: (weight, female names, male names, surnames, languages)
ORIGINS: dict[str, tuple[int, str, str, str, str]] = {
    "MA": (24, "Fatima Khadija Salma Hajar Imane Nour Meryem Aya Zineb Ikram Chaimae Hafsa Rania Sanaa Wiam",
           "Youssef Mohammed Zakaria Ayoub Amine Hamza Ilyas Anas Bilal Othmane Rayan Yassine Adam Soufiane",
           "El Amrani|Benali|Bouzid|El Fassi|Alaoui|Chafik|Idrissi|Naciri|Tazi|Berrada|Ouahbi|Lahlou|Mansouri|Ziani|Hajji", "ar-MA ar"),
    "AL": (15, "Anxhela Elira Sara Ester Ina Klea Arjola Megi Denisa Erisa Xhesika Ajla",
           "Erion Ardit Klajdi Enea Kevin Aldo Brajan Endri Roan Flavio Kristian Dion",
           "Hoxha|Shehu|Gjoka|Përmeti|Kola|Leka|Dervishi|Marku|Prendi|Hysa|Muça|Çela|Bardhi|Gjini", "sq"),
    "CN": (10, "Xin Yi|Jia Yi|Mei Lin|Si Qi|Yu Tong|Ke Xin|Zi Han|Ruo Xi", "Hao|Jun Jie|Zi Xuan|Wei|Yi Chen|Bo Wen|Ming Hao|Jia Le",
           "Hu|Zhou|Chen|Lin|Wang|Zhang|Xu|Ye|Wu|Jin|Huang|Pan", "zh"),
    "EG": (9, "Habiba Mina Malak Jana Nada Mariam Farida Shahd Rowan", "Omar Karim Ahmed Mostafa Youssef Mahmoud Ziad Abanoub Marwan",
           "El Sayed|Mansour|Hassan|Ibrahim|Fawzy|Shenouda|Abdelrahman|Gerges|Saleh|Naguib", "ar-EG ar"),
    "PE": (7, "María Fernanda|Camila|Valentina|Luciana|Ariana|Milagros|Nicole|Ximena", "Diego|José Luis|Sebastián|Piero|Adrián|Mateo|Jair|Renzo",
           "Quispe Mamani|Huamán Flores|Rojas Paredes|Castro Vega|Ramos Salazar|Torres Chávez|Mendoza Ruiz|Vargas León", "es"),
    "NG": (8, "Precious Favour Blessing Faith Joy Esther Divine Success Peace", "Emmanuel Daniel Samuel David Victor Michael Destiny Prince",
           "Adebayo|Okafor|Eze|Osagie|Igbinedion|Omoruyi|Ogbebor|Nwosu|Aigbe|Ehigie", "en pcm"),
    "UA": (6, "Yuliia Sofiia Daria Oleksandra Polina Kateryna Iryna Oksana", "Danylo Artem Maksym Nazar Bohdan Andrii Oleh",
           "Bondar|Kovalenko|Shevchenko|Melnyk|Tkachenko|Kravets|Savchuk|Petrenko", "uk ru"),
    "PK": (5, "Ayesha Zainab Hira Maryam Iqra Noor Amna", "Ahmed|Muhammad Hamza|Ali Raza|Usman|Bilal|Hassan|Zain",
           "Ali|Khan|Hussain|Malik|Butt|Chaudhry|Iqbal|Shah", "ur pa"),
    "BD": (5, "Nusrat Tasnim Sumaiya Mim Jannat Riya", "Rakib Tanvir Sakib Nayeem Imran Arif", "Rahman|Islam|Hossain|Ahmed|Sarker|Miah|Begum|Khatun", "bn"),
    "SN": (4, "Awa Fatou Mariama Aminata Khady Ndeye", "Modou Ibrahima Cheikh Ousmane Mamadou Abdou", "Diop|Ndiaye|Fall|Sow|Diallo|Gueye|Mbaye|Faye", "wo fr"),
    "IN": (3, "Simran Jasleen Harpreet Manpreet Gurleen", "Gurpreet Arshdeep Harman Jaskaran Sukhdeep", "Singh|Kaur|Kumar|Sharma|Gill|Sandhu", "pa hi"),
    "MD": (3, "Daniela Victoria Cristina Irina Natalia", "Ion Vlad Dumitru Maxim Nicolae", "Rusu|Ceban|Munteanu|Ciobanu|Ursu|Lungu", "ro ru"),
    "BR": (2, "Maria Eduarda|Larissa|Beatriz|Júlia|Camila", "João Pedro|Lucas|Gabriel|Matheus|Thiago", "Silva Santos|Oliveira|Souza Lima|Pereira|Costa Ribeiro", "pt"),
    "SO": (2, "Hodan Ifrah Sahra Ayaan", "Abdi Mahad Liban Yusuf", "Warsame|Abdullahi|Farah|Hersi|Jama", "so"),
    "ML": (2, "Oumou Fanta Kadiatou Assitan", "Moussa Boubacar Seydou Adama", "Traoré|Keita|Coulibaly|Diarra|Sissoko", "bm fr"),
    "ER": (2, "Selam Feven Rahwa Luwam", "Filmon Robel Yonas Aman", "Tesfay|Gebremedhin|Habte|Kidane|Woldu", "ti"),
    "GE": (1, "Nino Mariam Tamar Salome", "Giorgi Luka Nika Levan", "Beridze|Kapanadze|Gelashvili|Lomidze", "ka"),
    "RO": (9, "Andreea Ioana Maria Alexandra Elena Bianca Denisa", "Andrei Mihai Alexandru Ștefan Darius Luca Cristian",
           "Popescu|Ionescu|Munteanu|Dumitru|Stan|Radu|Ciobanu|Moldovan", "ro"),
}  # fmt: skip
UNION = frozenset({"RO"})  # their pupils have a migrant background, but no third-country citizenship

ITALIAN = (
    ["Giulia", "Chiara", "Sofia", "Aurora", "Martina", "Emma", "Alice", "Greta"],
    ["Lorenzo", "Matteo", "Andrea", "Riccardo", "Tommaso", "Edoardo", "Pietro"],
    ["Ferrero", "Rossi", "Gallo", "D'Angelo", "Bruno", "Fontana", "Barbero", "Marino", "Rinaldi", "De Luca"],
)


def pool(text: str) -> list[str]:
    """Names separated by bars, or by spaces where none has two words."""
    return text.split("|") if "|" in text else text.split()
